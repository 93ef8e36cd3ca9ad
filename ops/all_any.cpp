#include "chronograd/ops/all_any.h"

#include <string>

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

// Counts those that are `counted`: any is some that are true, all is none that is false.
template <bool counted>
void kernel(const Run& run) {
  const Array& x = run.inputs[0];
  const Array& out = run.outputs[0];
  const Array numbers = Array::allocate(x.shape, DType::i64);
  copy(x, numbers);
  const Array trues = Array::allocate(out.shape, DType::i64);
  detail::sum(numbers, detail::reduced_axes(x.shape, run.attributes.integers), trues);
  const std::int64_t count = detail::reduced_count(x.shape, run.attributes.integers);
  for (std::int64_t k = 0; k < out.shape.size(); ++k) {
    const std::int64_t n = trues.as<std::int64_t>()[k];
    out.as<bool>()[k] = counted ? n > 0 : n == count;
  }
}

const Op all_op{.name = "all",
                .infer = infer,
                .kernel = kernel<false>,
                .algebra = {.stacks = detail::reduction_stacks}};
const Op any_op{.name = "any",
                .infer = infer,
                .kernel = kernel<true>,
                .algebra = {.stacks = detail::reduction_stacks}};

}  // namespace

Tensor all(Operand x, std::span<const int> axes, bool keep) {
  return detail::apply_reduction(all_op, x, axes, keep);
}
Tensor all(Operand x, int axis, bool keep) { return all(x, {&axis, 1}, keep); }
Tensor all(Operand x) { return detail::apply_full_reduction(all_op, x); }

Tensor any(Operand x, std::span<const int> axes, bool keep) {
  return detail::apply_reduction(any_op, x, axes, keep);
}
Tensor any(Operand x, int axis, bool keep) { return any(x, {&axis, 1}, keep); }
Tensor any(Operand x) { return detail::apply_full_reduction(any_op, x); }

}  // namespace chronograd
