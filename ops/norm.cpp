#include "chronograd/ops/norm.h"

#include "chronograd/graph/op.h"
#include "chronograd/ops/compare.h"
#include "chronograd/ops/detail/reduction.h"
#include "chronograd/ops/detail/reduction_kernels.h"
#include "chronograd/ops/div.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/where.h"

namespace chronograd {
namespace {

void kernel(const Run& run) {
  const Array& x = run.inputs[0];
  detail::root_mean_square(x, detail::reduced_axes(x.shape, run.attributes.integers),
                           run.outputs[0], 1);
}

// x / y first, since dy / y may leave the range of the numbers.
Tensor gradient(const Differential& d, int) {
  const Tensor none = equal(d.output(), 0);
  const Tensor y = detail::repeat_to_input(d, where(none, 1, d.output()));
  const Tensor direction = where(detail::repeat_to_input(d, none), 0, d.input(0) / y);
  return direction * detail::repeat_to_input(d, d.dy());
}

const Op op{
    .name = "norm",
    .infer = detail::infer_floating_reduction,
    .kernel = kernel,
    .gradient = gradient,
    .gradient_reads = {{{.inputs = 1, .outputs = 1}}},
    .algebra = {.stacks = detail::reduction_stacks},
    .cost = detail::reduction_cost,
};

}  // namespace

Tensor norm(Operand x, std::span<const int> axes, bool keep) {
  return detail::apply_reduction(op, x, axes, keep);
}

Tensor norm(Operand x, std::initializer_list<int> axes, bool keep) {
  return norm(std::move(x), std::span<const int>(axes.begin(), axes.size()), keep);
}

Tensor norm(Operand x, int axis, bool keep) { return norm(std::move(x), {axis}, keep); }

Tensor norm(Operand x) { return detail::apply_full_reduction(op, x); }

}  // namespace chronograd
