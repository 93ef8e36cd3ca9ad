#include "chronograd/ops/flip.h"

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/axis.h"
#include "chronograd/ops/detail/row_law.h"
#include "chronograd/ops/detail/view.h"

namespace chronograd {
namespace {

void infer(Inference& inference) {
  detail::checked_axis(inference, inference.shape(0), inference.integer(0));
  inference.output(inference.shape(0), inference.dtype(0));
}

void kernel(const Run& run) {
  const Array& x = run.inputs[0];
  const int axis = detail::axis_of(run);
  const std::int64_t n = x.shape[axis];
  for (std::int64_t k = 0; k < n; ++k) {
    copy(detail::part_of(x, axis, k, 1), detail::part_of(run.outputs[0], axis, n - 1 - k, 1));
  }
}

const Op op{
    .name = "flip",
    .infer = infer,
    .kernel = kernel,
    .gradient = [](const Differential& d, int) { return flip(d.dy(), detail::axis_of(d)); },
    .algebra = {.stacks = detail::stacks_all_off_axis},
};

}  // namespace

Tensor flip(Operand x, int axis) {
  const std::int64_t integers[] = {axis};
  return apply(op, x, {.integers = integers});
}

}  // namespace chronograd
