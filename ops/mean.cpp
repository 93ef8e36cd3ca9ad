#include "chronograd/ops/mean.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/reduction.h"
#include "chronograd/ops/detail/reduction_kernels.h"
#include "chronograd/ops/div.h"

namespace chronograd {
namespace {

void kernel(const Run& run) {
  const Array& x = run.inputs[0];
  const auto integers = run.attributes.integers;
  detail::sum(x, detail::reduced_axes(x.shape, integers), run.outputs[0],
              static_cast<double>(detail::reduced_count(x.shape, integers)));
}

Tensor gradient(const Differential& d, int) {
  return detail::repeat_to_input(d, d.dy() / detail::reduced_count(d.input_shape(0), d.integers()));
}

const Op op{
    .name = "mean",
    .infer = detail::infer_floating_reduction,
    .kernel = kernel,
    .gradient = gradient,
    .algebra = {.stacks = detail::reduction_stacks, .reduction = Reduction::mean},
    .cost = detail::reduction_cost,
};

}  // namespace

Tensor mean(Operand x, std::span<const int> axes, bool keep) {
  return detail::apply_reduction(op, std::move(x), axes, keep);
}

Tensor mean(Operand x, std::initializer_list<int> axes, bool keep) {
  return mean(std::move(x), std::span<const int>(axes.begin(), axes.size()), keep);
}

Tensor mean(Operand x, int axis, bool keep) { return mean(std::move(x), {axis}, keep); }

Tensor mean(Operand x) { return detail::apply_full_reduction(op, std::move(x)); }

}  // namespace chronograd
