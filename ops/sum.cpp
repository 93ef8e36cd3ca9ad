#include "chronograd/ops/sum.h"

#include <bit>
#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/reduction.h"
#include "chronograd/ops/detail/reduction_kernels.h"

namespace chronograd {
namespace {

void kernel(const Run& run) {
  const Array& x = run.inputs[0];
  detail::sum(x, detail::reduced_axes(x.shape, run.attributes.integers), run.outputs[0]);
}

std::vector<int> sums_over(const Inference& inference) {
  const std::uint32_t axes = detail::reduced_axes(inference.shape(0), inference.integers());
  if (axes == 0) return {};
  return {std::countr_zero(axes)};
}

const Op op{
    .name = "sum",
    .infer = detail::infer_reduction,
    .kernel = kernel,
    .gradient = [](const Differential& d, int) { return detail::repeat_to_input(d, d.dy()); },
    .algebra = {.stacks = detail::reduction_stacks,
                .sums_over = sums_over,
                .reduction = Reduction::sum},
    .cost = detail::reduction_cost,
};

}  // namespace

Tensor sum(Operand x, std::span<const int> axes, bool keep) {
  return detail::apply_reduction(op, std::move(x), axes, keep);
}

Tensor sum(Operand x, std::initializer_list<int> axes, bool keep) {
  return sum(std::move(x), std::span<const int>(axes.begin(), axes.size()), keep);
}

Tensor sum(Operand x, int axis, bool keep) { return sum(std::move(x), {axis}, keep); }

Tensor sum(Operand x) { return detail::apply_full_reduction(op, std::move(x)); }

}  // namespace chronograd
