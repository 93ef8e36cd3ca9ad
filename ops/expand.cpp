#include "chronograd/ops/expand.h"

#include <utility>
#include <vector>

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/per_axis.h"
#include "chronograd/ops/detail/rows.h"
#include "chronograd/ops/detail/sum_to.h"
#include "chronograd/ops/detail/view.h"

namespace chronograd {
namespace {

// Recorded in place of a leading size that is not repeated, so that rows can be stacked.
constexpr std::int64_t as_before = -1;

bool leads_as_before(std::span<const std::int64_t> sizes) {
  return !sizes.empty() && sizes[0] == as_before;
}

Shape target(Shape from, std::span<const std::int64_t> sizes) {
  if (!leads_as_before(sizes)) return Shape{sizes};
  return Shape{sizes.subspan(1)}.inserted(0, from[0]);
}

void infer(Inference& inference) {
  const Shape from = inference.shape(0);
  const Shape to = target(from, inference.integers());
  if (!detail::broadcasts_to(from, to)) {
    inference.fail(to_string(from) + " to " + to_string(to),
                   "only new leading axes and axes of size 1 can be repeated");
  }
  inference.output(to, inference.dtype(0));
}

bool view(const Run& run) {
  const Array& x = run.inputs[0];
  const Shape to = run.outputs[0].shape;
  detail::PerAxis strides{to.rank()};
  for (int k = 1; k <= x.shape.rank(); ++k) {
    strides[to.rank() - k] = x.shape[-k] == to[-k] ? x.strides[-k] : 0;
  }
  detail::see_input(run, 0, 0, Strides{strides});
  return true;
}

const Op op{
    .name = "expand",
    .infer = infer,
    .view = view,
    .gradient = [](const Differential& d, int) { return detail::sum_to(d.dy(), d.input_shape(0)); },
    .algebra = {.stacks = [](const Inference& inference) -> std::uint32_t {
      return leads_as_before(inference.integers());
    }},
};

}  // namespace

Tensor expand(Operand x, Shape shape) {
  const Shape from = shape_of(x);
  std::vector<std::int64_t> sizes(shape.sizes().begin(), shape.sizes().end());
  if (from.rank() > 0 && from.rank() == shape.rank() && from[0] == shape[0]) sizes[0] = as_before;
  return apply(op, std::move(x), {.integers = sizes});
}

}  // namespace chronograd
