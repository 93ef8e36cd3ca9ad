#include "chronograd/ops/cast.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/row_law.h"

namespace chronograd {
namespace {

void infer(Inference& inference) {
  inference.output(inference.shape(0), static_cast<DType>(inference.integer(0)));
}

bool view(const Run& run) {
  if (run.inputs[0].dtype != run.outputs[0].dtype) return false;
  run.outputs[0] = run.inputs[0];
  return true;
}

const Op op{
    .name = "cast",
    .infer = infer,
    .kernel = [](const Run& run) { copy(run.inputs[0], run.outputs[0]); },
    .view = view,
    .gradient = [](const Differential& d, int) { return cast(d.dy(), d.input_dtype(0)); },
    .algebra = {.stacks = detail::stacks_all},
};

}  // namespace

Tensor cast(Operand x, DType dtype) {
  const std::int64_t integers[] = {static_cast<std::int64_t>(dtype)};
  return apply(op, std::move(x), {.integers = integers});
}

}  // namespace chronograd
