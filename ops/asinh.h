#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The inverse of the hyperbolic sine, elementwise, exact near 0. Any shape, f32 or f64.
/// Gradient: dy / sqrt(x^2 + 1).
Tensor asinh(Operand x);

}  // namespace chronograd
