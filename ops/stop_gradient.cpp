#include "chronograd/ops/stop_gradient.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/row_law.h"

namespace chronograd {
namespace {

bool view(const Run& run) {
  run.outputs[0] = run.inputs[0];
  return true;
}

const Op op{
    .name = "stop_gradient",
    .infer = infer_broadcast,
    .view = view,
    .algebra = {.stacks = detail::stacks_all, .stops_gradient = true},
};

}  // namespace

Tensor stop_gradient(Operand x) { return apply(op, std::move(x)); }

}  // namespace chronograd
