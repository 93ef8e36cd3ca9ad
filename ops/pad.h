#pragma once

#include <cstdint>

#include "chronograd/graph/operand.h"

namespace chronograd {

/// x with `before` elements of `value` put before an axis and `after` behind it; negative axes
/// count from the end. Any dtype that holds the value. Gradient: the part of dy where x is.
Tensor pad(Operand x, int axis, std::int64_t before, std::int64_t after, double value = 0);

}  // namespace chronograd
