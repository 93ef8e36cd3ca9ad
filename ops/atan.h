#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The inverse of the tangent, elementwise, in radians from -pi/2 to pi/2 and exact near 0. Any
/// shape, f32 or f64. Gradient: dy / (1 + x^2).
Tensor atan(Operand x);

}  // namespace chronograd
