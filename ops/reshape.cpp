#include "chronograd/ops/reshape.h"

#include <optional>
#include <utility>
#include <vector>

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/per_axis.h"
#include "chronograd/ops/detail/view.h"

namespace chronograd {
namespace {

// Recorded in place of a leading size that follows from the others, so that rows can be stacked.
constexpr std::int64_t the_rest = -1;

bool leads_with_the_rest(std::span<const std::int64_t> sizes) {
  return !sizes.empty() && sizes[0] == the_rest;
}

Shape target(Shape from, std::span<const std::int64_t> sizes) {
  if (!leads_with_the_rest(sizes)) return Shape{sizes};
  const Shape row{sizes.subspan(1)};
  return row.inserted(0, from.size() / row.size());
}

void infer(Inference& inference) {
  const Shape from = inference.shape(0);
  const Shape to = target(from, inference.integers());
  if (from.size() != to.size()) {
    inference.fail(to_string(from) + " to " + to_string(to),
                   "the sizes " + std::to_string(from.size()) + " and " +
                       std::to_string(to.size()) + " must be equal");
  }
  inference.output(to, inference.dtype(0));
}

// The axes of an array from the last to the first, in runs of neighbours that are evenly spaced.
class Runs {
 public:
  explicit Runs(const Array& array) : array_(array), axis_(array.shape.rank() - 1) {}

  struct Run {
    std::int64_t size;
    std::int64_t stride;
  };
  Run next() {
    Run run{array_.shape[axis_], array_.strides[axis_]};
    for (--axis_; axis_ >= 0; --axis_) {
      if (array_.shape[axis_] != 1 && run.size != 1 &&
          array_.strides[axis_] != run.size * run.stride) {
        break;
      }
      if (run.size == 1) run.stride = array_.strides[axis_];
      run.size *= array_.shape[axis_];
    }
    return run;
  }

 private:
  const Array& array_;
  int axis_;
};

// The strides that show `shape` in the array: each new axis must lie within one run of the old.
std::optional<Strides> strides_for(const Array& array, Shape shape) {
  if (array.dense()) return Strides::dense(shape);
  Runs runs{array};
  Runs::Run rest{1, 1};
  detail::PerAxis strides{shape.rank()};
  for (int axis = shape.rank() - 1; axis >= 0; --axis) {
    if (shape[axis] != 1 && rest.size == 1) rest = runs.next();
    if (rest.size % shape[axis] != 0) return std::nullopt;
    strides[axis] = rest.stride;
    rest = {rest.size / shape[axis], rest.stride * shape[axis]};
  }
  return Strides{strides};
}

bool view(const Run& run) {
  const auto strides = strides_for(run.inputs[0], run.outputs[0].shape);
  if (strides) detail::see_input(run, 0, 0, *strides);
  return strides.has_value();
}

void kernel(const Run& run) {
  Array to = run.outputs[0];
  to.shape = run.inputs[0].shape;
  to.strides = Strides::dense(to.shape);
  copy(run.inputs[0], to);
}

const Op op{
    .name = "reshape",
    .infer = infer,
    .kernel = kernel,
    .view = view,
    .gradient = [](const Differential& d, int) { return reshape(d.dy(), d.input_shape(0)); },
    .algebra = {.stacks = [](const Inference& inference) -> std::uint32_t {
      return inference.shape(0).rank() > 0 && leads_with_the_rest(inference.integers());
    }},
};

}  // namespace

Tensor reshape(Operand x, Shape shape) {
  std::vector<std::int64_t> sizes(shape.sizes().begin(), shape.sizes().end());
  if (!sizes.empty() && !shape.empty() && shape.size() == shape_of(x).size()) sizes[0] = the_rest;
  return apply(op, std::move(x), {.integers = sizes});
}

}  // namespace chronograd
