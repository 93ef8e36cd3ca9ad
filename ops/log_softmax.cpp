#include "chronograd/ops/log_softmax.h"

#include <limits>
#include <string>
#include <utility>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/axis.h"
#include "chronograd/ops/detail/over_axes.h"
#include "chronograd/ops/detail/row_law.h"
#include "chronograd/ops/detail/rows.h"
#include "chronograd/ops/detail/softmax_rows.h"
#include "chronograd/ops/exp.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sub.h"
#include "chronograd/ops/sum.h"
#include "chronograd/ops/where.h"

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
    .algebra = {.stacks = detail::stacks_all_off_axis, .in_place = 0b1},
    .cost = detail::softmax_cost,
};

}  // namespace

Tensor log_softmax(Operand x, int axis) {
  const std::int64_t integers[] = {axis};
  return apply(op, std::move(x), {.integers = integers});
}

Tensor log_softmax(Operand x, const Tensor& mask, int axis) {
  const CalledFrom caller{x.where, "log_softmax"};
  if (!detail::broadcasts_to(mask.shape(), shape_of(x))) {
    throw ShapeError("log_softmax: " + to_string(shape_of(x)) + " with a mask of " +
                     to_string(mask.shape()) + "; the mask must broadcast to the shape of x" +
                     where_text(x.where));
  }
  constexpr double nothing = -std::numeric_limits<double>::infinity();
  return where(mask, log_softmax(where(mask, std::move(x), nothing), axis), 0);
}

Tensor log_softmax(Operand x, std::span<const int> axes) {
  return detail::over_axes(x, axes, "log_softmax",
                           [](const Tensor& rows) { return log_softmax(rows, -1); });
}

Tensor log_softmax(Operand x, std::initializer_list<int> axes) {
  return log_softmax(std::move(x), std::span<const int>(axes.begin(), axes.size()));
}

}  // namespace chronograd
