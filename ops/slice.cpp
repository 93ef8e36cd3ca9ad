#include "chronograd/ops/slice.h"

#include <algorithm>
#include <string>
#include <utility>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/add_slice.h"
#include "chronograd/ops/detail/axis.h"
#include "chronograd/ops/detail/row_law.h"
#include "chronograd/ops/detail/view.h"
#include "chronograd/ops/flip.h"

namespace chronograd {
namespace {

// The integers are the axis, start, stop and a positive step.
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
  const std::int64_t step = inference.integer(3);
  inference.output(shape.with(axis, (stop - start + step - 1) / step), inference.dtype(0));
}

bool view(const Run& run) {
  const Array& x = run.inputs[0];
  const int axis = detail::axis_of(run);
  const std::int64_t start = detail::from_front(run.integer(1), x.shape[axis]);
  run.outputs[0] =
      detail::strided_part_of(x, axis, start, run.outputs[0].shape[axis], run.integer(3));
  return true;
}

Tensor add_gradient(const Differential& d, int, const Tensor& sum) {
  const int axis = detail::axis_of(d);
  return detail::add_slice(sum, d.dy(), axis,
                           detail::from_front(d.integer(1), d.input_shape(0)[axis]), d.integer(3));
}

const Op op{.name = "slice",
            .infer = infer,
            .view = view,
            .add_gradient = add_gradient,
            .algebra = {.stacks = detail::stacks_all_off_axis}};

// A position as Python counts: from the end when negative, and cut off at the bounds.
std::int64_t cut_off(std::int64_t position, std::int64_t size, std::int64_t low,
                     std::int64_t high) {
  return std::clamp(detail::from_front(position, size), low, high);
}

Tensor every(Operand x, int axis, std::int64_t start, std::int64_t stop, std::int64_t step) {
  const std::int64_t integers[] = {axis, start, stop, step};
  return apply(op, std::move(x), {.integers = integers});
}

}  // namespace

Tensor slice(Operand x, int axis, std::int64_t start, std::int64_t stop) {
  return every(std::move(x), axis, start, stop, 1);
}

Tensor slice(Operand x, int axis, const SliceOptions& options) {
  const std::int64_t size = shape_of(x)[detail::checked_axis(x, axis, "slice")];
  if (options.step == 0) {
    throw ValueError("slice: a step of 0; it must lead to another position" + where_text(x.where));
  }
  const std::int64_t longest = std::max<std::int64_t>(size, 1);
  const std::int64_t step = std::clamp(options.step, -longest, longest);
  if (step > 0) {
    const std::int64_t start = cut_off(options.start.value_or(0), size, 0, size);
    const std::int64_t stop = cut_off(options.stop.value_or(size), size, start, size);
    return every(std::move(x), axis, start, stop, step);
  }
  // From `first` down to above `last`, which may be -1: before the front, not at the end.
  const std::int64_t first = options.start ? cut_off(*options.start, size, -1, size - 1) : size - 1;
  const std::int64_t last = options.stop ? cut_off(*options.stop, size, -1, first) : -1;
  const std::int64_t count = (first - last - step - 1) / -step;
  const CalledFrom caller{x.where, "slice"};
  const std::int64_t lowest = count == 0 ? 0 : first + (count - 1) * step;
  return flip(every(std::move(x), axis, lowest, count == 0 ? 0 : first + 1, -step), axis);
}

}  // namespace chronograd
