#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The inverse of the sine, elementwise, in radians from -pi/2 to pi/2 and exact near 0; NaN for x
/// outside of [-1, 1]. Any shape, f32 or f64. Gradient: dy / sqrt(1 - x^2), infinite at -1 and 1.
Tensor asin(Operand x);

}  // namespace chronograd
