#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The error function, elementwise. Any shape, f32 or f64. Gradient: dy 2 / sqrt(pi) e^(-x^2).
Tensor erf(Operand x);

}  // namespace chronograd
