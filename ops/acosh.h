#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The inverse of the hyperbolic cosine, elementwise, at least 0; NaN for x below 1. Any shape, f32
/// or f64. Gradient: dy / sqrt(x^2 - 1), infinite at 1.
Tensor acosh(Operand x);

}  // namespace chronograd
