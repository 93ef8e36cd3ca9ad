#include "chronograd/ops/unstack.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/axis.h"
#include "chronograd/ops/detail/join.h"
#include "chronograd/ops/detail/row_law.h"
#include "chronograd/ops/detail/view.h"
#include "chronograd/ops/stack.h"

namespace chronograd {
namespace {

void infer(Inference& inference) {
  const Shape shape = inference.shape(0);
  const int axis = detail::checked_axis(inference, shape, inference.integer(0));
  const Shape part = shape.without(axis);
  for (std::int64_t k = 0; k < shape[axis]; ++k) inference.output(part, inference.dtype(0));
}

bool view(const Run& run) {
  const int axis = detail::axis_of(run);
  std::int64_t index = 0;
  for (Array& part : run.outputs) part = detail::entry_of(run.inputs[0], axis, index++);
  return true;
}

Tensor gradient(const Differential& d, int) {
  const int axis = detail::axis_of(d);
  return stack(detail::dys(d, static_cast<int>(d.input_shape(0)[axis])), axis);
}

const Op op{.name = "unstack",
            .infer = infer,
            .view = view,
            .gradient = gradient,
            .algebra = {.stacks = detail::stacks_all_off_axis}};

}  // namespace

std::vector<Tensor> unstack(Operand x, int axis) {
  const std::int64_t integers[] = {axis};
  return apply_all(op, std::move(x), {.integers = integers});
}

}  // namespace chronograd
