#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// 1 over the square root, elementwise: NaN below 0, inf at 0. Any shape, f32 or f64. Gradient:
/// -dy y^3 / 2.
Tensor rsqrt(Operand x);

}  // namespace chronograd
