#include "chronograd/ops/min.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/reduction.h"
#include "chronograd/ops/detail/reduction_kernels.h"

namespace chronograd {
namespace {

void kernel(const Run& run) {
  const Array& x = run.inputs[0];
  detail::minimum(x, detail::reduced_axes(x.shape, run.attributes.integers), run.outputs[0]);
}

const Op op{
    .name = "min",
    .infer = detail::infer_extremum,
    .kernel = kernel,
    .gradient = detail::gradient_of_extremum,
    .gradient_reads = {{{.inputs = 1, .outputs = 1}}},
    .algebra = {.stacks = detail::reduction_stacks, .reduction = Reduction::minimum},
    .cost = detail::reduction_cost,
};

}  // namespace

Tensor min(Operand x, std::span<const int> axes, bool keep) {
  return detail::apply_reduction(op, std::move(x), axes, keep);
}

Tensor min(Operand x, std::initializer_list<int> axes, bool keep) {
  return min(std::move(x), std::span<const int>(axes.begin(), axes.size()), keep);
}

Tensor min(Operand x, int axis, bool keep) { return min(std::move(x), {axis}, keep); }

Tensor min(Operand x) { return detail::apply_full_reduction(op, std::move(x)); }

}  // namespace chronograd
