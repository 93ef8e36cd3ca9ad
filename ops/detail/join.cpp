#include "chronograd/ops/detail/join.h"

#include "chronograd/ops/full.h"

namespace chronograd::detail {

std::vector<Operand> operands_of(std::span<const Tensor> tensors, SourceLine where) {
  std::vector<Operand> operands;
  operands.reserve(tensors.size());
  for (const Tensor& tensor : tensors) operands.emplace_back(tensor, where.file, where.line);
  return operands;
}

void check_joinable(const Inference& inference) {
  if (inference.inputs() == 0) inference.fail("no tensors", "at least one is needed");
  for (int k = 1; k < inference.inputs(); ++k) {
    if (inference.dtype(k) == inference.dtype(0)) continue;
    inference.fail<DTypeError>(
        std::string(name(inference.dtype(0))) + " with " + std::string(name(inference.dtype(k))),
        "the dtypes must be equal; cast one of them");
  }
}

std::vector<Tensor> dys(const Differential& d, int count) {
  std::vector<Tensor> parts;
  parts.reserve(static_cast<std::size_t>(count));
  for (int k = 0; k < count; ++k) {
    parts.push_back(d.has_dy(k) ? d.dy(k) : zeros(d.output_shape(k), d.input_dtype(0)));
  }
  return parts;
}

Cost joining_cost(const Inference& inference) {
  double bytes = 0;
  for (int k = 0; k < inference.inputs(); ++k) {
    bytes += 2 * static_cast<double>(inference.shape(k).size()) *
             static_cast<double>(size_of(inference.dtype(k)));
  }
  return {.bytes = bytes};
}

}  // namespace chronograd::detail
