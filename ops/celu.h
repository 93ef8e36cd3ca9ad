#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The exponential linear unit with a smooth slope for any alpha (Barron 2017), elementwise: x, or
/// alpha (e^(x / alpha) - 1) below 0. Any shape, f32 or f64. Throws ValueError unless alpha > 0.
/// Gradient: dy, or dy e^(x / alpha) below 0.
Tensor celu(Operand x, double alpha = 1);

}  // namespace chronograd
