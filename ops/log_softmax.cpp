#include "chronograd/ops/log_softmax.h"

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/axis.h"
#include "chronograd/ops/detail/row_law.h"
#include "chronograd/ops/detail/softmax_rows.h"
#include "chronograd/ops/exp.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sub.h"
#include "chronograd/ops/sum.h"

namespace chronograd {
namespace {

Tensor gradient(const Differential& d, int) {
  return d.dy() - exp(d.output()) * sum(d.dy(), detail::axis_of(d), true);
}

const Op op{
    .name = "log_softmax",
    .infer = detail::infer_softmax,
    .kernel =
        [](const Run& run) {
          detail::log_softmax(run.inputs[0], detail::axis_of(run), run.outputs[0]);
        },
    .gradient = gradient,
    .gradient_reads = {{{.outputs = 1}}},
    .algebra = {.stacks = detail::stacks_all_off_axis},
    .cost = detail::softmax_cost,
};

}  // namespace

Tensor log_softmax(Operand x, int axis) {
  const std::int64_t integers[] = {axis};
  return apply(op, {x}, {.integers = integers});
}

}  // namespace chronograd
