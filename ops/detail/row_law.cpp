#include "chronograd/ops/detail/row_law.h"

#include <algorithm>

namespace chronograd::detail {

std::uint32_t stacks_all(const Inference& inference) {
  const int inputs = inference.inputs();
  if (inputs > 32) return 0;
  for (int k = 0; k < inputs; ++k) {
    if (inference.shape(k).rank() == 0) return 0;
  }
  return inputs == 32 ? ~0u : (1u << inputs) - 1;
}

std::uint32_t stacks_all_off_axis(const Inference& inference) {
  const bool rows = inference.shape(0).axis(static_cast<int>(inference.integer(0))) == 0;
  return rows ? 0 : stacks_all(inference);
}

std::uint32_t stacks_all_off_new_axis(const Inference& inference) {
  const std::int64_t axis = inference.integer(0);
  const bool rows = axis == 0 || axis == -inference.shape(0).rank() - 1;
  return rows ? 0 : stacks_all(inference);
}

}  // namespace chronograd::detail
