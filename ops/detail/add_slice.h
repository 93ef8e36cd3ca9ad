#pragma once

#include <cstdint>

#include "chronograd/graph/tensor.h"

namespace chronograd::detail {

/// `sum` with `dy` added to the positions of `axis` that begin at `start` and are `step` apart; a
/// dy without that axis is added at `start` alone. Works in the memory of `sum` when nobody else
/// needs it. The gradient of `slice` and `at`, whose own gradients are dy, and its slice.
Tensor add_slice(const Tensor& sum, const Tensor& dy, int axis, std::int64_t start,
                 std::int64_t step = 1);

}  // namespace chronograd::detail
