#include "chronograd/ops/softmax.h"

#include <string>
#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/axis.h"
#include "chronograd/ops/detail/over_axes.h"
#include "chronograd/ops/detail/row_law.h"
#include "chronograd/ops/detail/rows.h"
#include "chronograd/ops/detail/softmax_rows.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sub.h"
#include "chronograd/ops/sum.h"
#include "chronograd/ops/where.h"

namespace chronograd {
namespace {

void infer_masked(Inference& inference) {
  if (inference.dtype(1) != DType::boolean) {
    inference.fail<DTypeError>("a mask of " + std::string(name(inference.dtype(1))),
                               "it must be bool, true where an element counts");
  }
  const Shape shape = inference.shape(0);
  const Shape mask = inference.shape(1);
  if (!detail::broadcasts_to(mask, shape)) {
    inference.fail(to_string(shape) + " with a mask of " + to_string(mask),
                   "the mask must broadcast to the shape of x");
  }
  detail::infer_softmax(inference);
}

void kernel(const Run& run) {
  detail::softmax(run.inputs[0], detail::axis_of(run), run.outputs[0]);
}

void masked_kernel(const Run& run) {
  const Array& x = run.inputs[0];
  detail::masked_softmax(x, detail::stretched(run.inputs[1], x.shape), detail::axis_of(run),
                         run.outputs[0]);
}

std::uint32_t stacks_masked(const Inference& inference) {
  const bool own_mask = inference.shape(1).rank() == inference.shape(0).rank() &&
                        inference.shape(1)[0] == inference.shape(0)[0];
  return detail::stacks_all_off_axis(inference) & (own_mask ? 0b11 : 0b01);
}

Tensor gradient(const Differential& d, int) {
  const Tensor y = d.output();
  return y * (d.dy() - sum(d.dy() * y, detail::axis_of(d), true));
}

// What came back to an element outside of the mask counts nothing, be it NaN.
Tensor masked_gradient(const Differential& d, int) {
  const Tensor y = d.output();
  const Tensor dy = where(d.input(1), d.dy(), 0);
  return y * (dy - sum(dy * y, detail::axis_of(d), true));
}

const Op op{
    .name = "softmax",
    .infer = detail::infer_softmax,
    .kernel = kernel,
    .gradient = gradient,
    .gradient_reads = {{{.outputs = 1}}},
    .algebra = {.stacks = detail::stacks_all_off_axis, .in_place = 0b1},
    .cost = detail::softmax_cost,
};

const Op masked_op{
    .name = "softmax",
    .infer = infer_masked,
    .kernel = masked_kernel,
    .gradient = masked_gradient,
    .gradient_reads = {{{.inputs = 0b10, .outputs = 1}}},
    .algebra = {.stacks = stacks_masked},
    .cost = detail::softmax_cost,
};

}  // namespace

Tensor softmax(Operand x, int axis) {
  const std::int64_t integers[] = {axis};
  return apply(op, std::move(x), {.integers = integers});
}

Tensor softmax(Operand x, const Tensor& mask, int axis) {
  const std::int64_t integers[] = {axis};
  return apply(masked_op, {std::move(x), mask}, {.integers = integers});
}

Tensor softmax(Operand x, std::span<const int> axes) {
  return detail::over_axes(x, axes, "softmax",
                           [](const Tensor& rows) { return softmax(rows, -1); });
}

Tensor softmax(Operand x, std::initializer_list<int> axes) {
  return softmax(std::move(x), std::span<const int>(axes.begin(), axes.size()));
}

}  // namespace chronograd
