#include "chronograd/ops/flip.h"

#include <utility>

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
  if (run.outputs[0].shape.empty()) return;
  copy(detail::reversed(run.inputs[0], detail::axis_of(run)), run.outputs[0]);
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
  return apply(op, std::move(x), {.integers = integers});
}

}  // namespace chronograd
