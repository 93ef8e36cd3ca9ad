#include "chronograd/ops/slice.h"

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
  const std::int64_t size = shape[axis];
  const std::int64_t start = detail::from_front(inference.integer(1), size);
  const std::int64_t stop = detail::from_front(inference.integer(2), size);
  if (start < 0 || start > stop || stop > size) {
    inference.fail<IndexError>(std::to_string(inference.integer(1)) + " to " +
                                   std::to_string(inference.integer(2)) + " of axis " +
                                   std::to_string(inference.integer(0)) + " of " + to_string(shape),
                               "positions must rise from at least 0 to at most " +
                                   std::to_string(size) + "; negative ones count from the end");
  }
  inference.output(shape.with(axis, stop - start), inference.dtype(0));
}

bool view(const Run& run) {
  const Array& x = run.inputs[0];
  const int axis = detail::axis_of(run);
  const std::int64_t start = detail::from_front(run.integer(1), x.shape[axis]);
  run.outputs[0] = detail::part_of(x, axis, start, run.outputs[0].shape[axis]);
  return true;
}

Tensor add_gradient(const Differential& d, int, const Tensor& sum) {
  const int axis = detail::axis_of(d);
  return detail::add_slice(sum, d.dy(), axis,
                           detail::from_front(d.integer(1), d.input_shape(0)[axis]));
}

const Op op{.name = "slice",
            .infer = infer,
            .view = view,
            .add_gradient = add_gradient,
            .algebra = {.stacks = detail::stacks_all_off_axis}};

}  // namespace

Tensor slice(Operand x, int axis, std::int64_t start, std::int64_t stop) {
  const std::int64_t integers[] = {axis, start, stop};
  return apply(op, x, {.integers = integers});
}

}  // namespace chronograd
