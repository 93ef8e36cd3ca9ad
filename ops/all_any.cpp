#include "chronograd/ops/all_any.h"

#include <string>
#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/reduction.h"
#include "chronograd/ops/detail/reduction_kernels.h"

namespace chronograd {
namespace {

void infer(Inference& inference) {
  if (inference.dtype(0) != DType::boolean) {
    inference.fail<DTypeError>("a tensor of " + std::string(name(inference.dtype(0))),
                               "it must be bool; compare it with something first");
  }
  detail::infer_any_reduction(inference);
}

using Reduce = void (*)(const Array& in, std::uint32_t axes, const Array& out);

template <Reduce reduce>
void kernel(const Run& run) {
  const Array& x = run.inputs[0];
  reduce(x, detail::reduced_axes(x.shape, run.attributes.integers), run.outputs[0]);
}

const Op all_op{.name = "all",
                .infer = infer,
                .kernel = kernel<detail::all_true>,
                .algebra = {.stacks = detail::reduction_stacks}};
const Op any_op{.name = "any",
                .infer = infer,
                .kernel = kernel<detail::any_true>,
                .algebra = {.stacks = detail::reduction_stacks}};

}  // namespace

Tensor all(Operand x, std::span<const int> axes, bool keep) {
  return detail::apply_reduction(all_op, std::move(x), axes, keep);
}
Tensor all(Operand x, std::initializer_list<int> axes, bool keep) {
  return all(std::move(x), std::span<const int>(axes.begin(), axes.size()), keep);
}
Tensor all(Operand x, int axis, bool keep) { return all(std::move(x), {axis}, keep); }
Tensor all(Operand x) { return detail::apply_full_reduction(all_op, std::move(x)); }

Tensor any(Operand x, std::span<const int> axes, bool keep) {
  return detail::apply_reduction(any_op, std::move(x), axes, keep);
}
Tensor any(Operand x, std::initializer_list<int> axes, bool keep) {
  return any(std::move(x), std::span<const int>(axes.begin(), axes.size()), keep);
}
Tensor any(Operand x, int axis, bool keep) { return any(std::move(x), {axis}, keep); }
Tensor any(Operand x) { return detail::apply_full_reduction(any_op, std::move(x)); }

}  // namespace chronograd
