#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The hyperbolic tangent, elementwise. Any shape, f32 or f64. Gradient: dy (1 - y^2).
Tensor tanh(Operand x);

}  // namespace chronograd
