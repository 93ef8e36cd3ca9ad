#include "chronograd/ops/at.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/add_slice.h"
#include "chronograd/ops/detail/axis.h"
#include "chronograd/ops/detail/row_law.h"
#include "chronograd/ops/detail/view.h"

namespace chronograd {
namespace {

void infer(Inference& inference) {
  const Shape shape = inference.shape(0);
  const int axis = detail::checked_axis(inference, shape, inference.integer(0));
  const std::int64_t index = inference.integer(1);
  const std::int64_t size = shape[axis];
  if (index < -size || index >= size) {
    inference.fail<IndexError>("index " + std::to_string(index) + " of axis " +
                                   std::to_string(inference.integer(0)) + " of " + to_string(shape),
                               size == 0 ? "there is nothing to index"
                                         : "it must be between " + std::to_string(-size) + " and " +
                                               std::to_string(size - 1));
  }
  inference.output(shape.without(axis), inference.dtype(0));
}

bool view(const Run& run) {
  const int axis = detail::axis_of(run);
  const std::int64_t index = detail::from_front(run.integer(1), run.inputs[0].shape[axis]);
  run.outputs[0] = detail::entry_of(run.inputs[0], axis, index);
  return true;
}

Tensor add_gradient(const Differential& d, int, const Tensor& sum) {
  const int axis = detail::axis_of(d);
  return detail::add_slice(sum, d.dy(), axis,
                           detail::from_front(d.integer(1), d.input_shape(0)[axis]));
}

const Op op{.name = "at",
            .infer = infer,
            .view = view,
            .add_gradient = add_gradient,
            .algebra = {.stacks = detail::stacks_all_off_axis}};

}  // namespace

Tensor at(Operand x, std::int64_t index, int axis) {
  const std::int64_t integers[] = {axis, index};
  return apply(op, std::move(x), {.integers = integers});
}

}  // namespace chronograd
