#include "chronograd/ops/logsumexp.h"

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/ops/compare.h"
#include "chronograd/ops/detail/axis.h"
#include "chronograd/ops/detail/row_law.h"
#include "chronograd/ops/detail/rows.h"
#include "chronograd/ops/detail/softmax_rows.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/softmax.h"
#include "chronograd/ops/where.h"

namespace chronograd {
namespace {

void infer(Inference& inference) {
  const int axis = detail::checked_softmax_axis(inference);
  const Shape shape = inference.shape(0);
  const bool keep = inference.integer(1) != 0;
  inference.output(keep ? shape.with(axis, 1) : shape.without(axis), inference.dtype(0));
}

constexpr double nothing = -std::numeric_limits<double>::infinity();

// The mask leaves out rows of nothing, whose softmax is NaN.
Tensor gradient(const Differential& d, int) {
  const int axis = detail::axis_of(d);
  const Shape of_rows = d.input_shape(0).with(axis, 1);
  const Tensor something = not_equal(reshape(d.output(), of_rows), nothing);
  return reshape(d.dy(), of_rows) * softmax(d.input(0), something, axis);
}

const Op op{
    .name = "logsumexp",
    .infer = infer,
    .kernel =
        [](const Run& run) {
          detail::logsumexp(run.inputs[0], detail::axis_of(run), run.outputs[0]);
        },
    .gradient = gradient,
    .gradient_reads = {{{.inputs = 1, .outputs = 1}}},
    .algebra = {.stacks = detail::stacks_all_off_axis},
    .cost = detail::softmax_cost,
};

}  // namespace

Tensor logsumexp(Operand x, int axis, bool keep) {
  const std::int64_t integers[] = {axis, keep ? 1 : 0};
  return apply(op, std::move(x), {.integers = integers});
}

Tensor logsumexp(Operand x, const Tensor& mask, int axis, bool keep) {
  const CalledFrom caller{x.where};
  if (!detail::broadcasts_to(mask.shape(), shape_of(x))) {
    throw ShapeError("logsumexp: " + to_string(shape_of(x)) + " with a mask of " +
                     to_string(mask.shape()) + "; the mask must broadcast to the shape of x " +
                     to_string(Place{.line = x.where}));
  }
  return logsumexp(where(mask, std::move(x), nothing), axis, keep);
}

Tensor logsumexp(Operand x, std::span<const int> axes, bool keep) {
  const CalledFrom caller{x.where, "logsumexp"};
  const Shape shape = shape_of(x);
  Tensor y = reshape(x, shape);
  std::vector<bool> gone(static_cast<std::size_t>(shape.rank()), false);
  for (const int axis : axes) {  // of the sums along one axis, the sums along the next
    y = logsumexp(y, axis, true);
    const auto k = static_cast<std::size_t>(shape.axis(axis));
    if (gone[k]) {
      throw ShapeError("logsumexp: axis " + std::to_string(axis) + " of " + to_string(shape) +
                       " twice; each axis may be given once" + where_text(x.where));
    }
    gone[k] = true;
  }
  if (keep) return y;
  std::vector<std::int64_t> sizes;
  for (std::size_t k = 0; k < gone.size(); ++k) {
    if (!gone[k]) sizes.push_back(shape[static_cast<int>(k)]);
  }
  return reshape(y, Shape{std::span<const std::int64_t>(sizes)});
}

Tensor logsumexp(Operand x, std::initializer_list<int> axes, bool keep) {
  return logsumexp(std::move(x), std::span<const int>(axes.begin(), axes.size()), keep);
}

}  // namespace chronograd
