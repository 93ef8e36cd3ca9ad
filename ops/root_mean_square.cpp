#include "chronograd/ops/root_mean_square.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/compare.h"
#include "chronograd/ops/detail/reduction.h"
#include "chronograd/ops/detail/reduction_kernels.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/reciprocal.h"
#include "chronograd/ops/where.h"

namespace chronograd {
namespace {

void kernel(const Run& run) {
  const Array& x = run.inputs[0];
  const auto integers = run.attributes.integers;
  detail::root_mean_square(x, detail::reduced_axes(x.shape, integers), run.outputs[0],
                           static_cast<double>(detail::reduced_count(x.shape, integers)));
}

// x / y first, since dy / y leaves the range of f32 where both are of the size of 1 / y. Of a
// quarter of y, since 1 / y is below that range for the largest y.
Tensor gradient(const Differential& d, int) {
  const auto n = static_cast<double>(detail::reduced_count(d.input_shape(0), d.integers()));
  const Tensor quarter = 0.25 * d.output();
  const Tensor none = equal(quarter, 0);
  const Tensor inverse = where(none, 0, reciprocal(where(none, 1, quarter)));
  const Tensor direction = d.input(0) * detail::repeat_to_input(d, inverse);
  return direction * detail::repeat_to_input(d, d.dy() * (0.25 / n));
}

const Op op{
    .name = "root_mean_square",
    .infer = detail::infer_floating_reduction,
    .kernel = kernel,
    .gradient = gradient,
    .gradient_reads = {{{.inputs = 1, .outputs = 1}}},
    .algebra = {.stacks = detail::reduction_stacks, .reduction = Reduction::root_mean_square},
    .cost = detail::reduction_cost,
};

}  // namespace

Tensor root_mean_square(Operand x, std::span<const int> axes, bool keep) {
  return detail::apply_reduction(op, std::move(x), axes, keep);
}

Tensor root_mean_square(Operand x, std::initializer_list<int> axes, bool keep) {
  return root_mean_square(std::move(x), std::span<const int>(axes.begin(), axes.size()), keep);
}

Tensor root_mean_square(Operand x, int axis, bool keep) {
  return root_mean_square(std::move(x), {axis}, keep);
}

Tensor root_mean_square(Operand x) { return detail::apply_full_reduction(op, std::move(x)); }

}  // namespace chronograd
