#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The inverse of the hyperbolic tangent, elementwise, exact near 0; infinite at -1 and 1, NaN
/// outside. Any shape, f32 or f64. Gradient: dy / (1 - x^2).
Tensor atanh(Operand x);

}  // namespace chronograd
