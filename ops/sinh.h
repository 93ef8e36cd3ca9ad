#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The hyperbolic sine, elementwise, exact near 0. Any shape, f32 or f64. Gradient: dy cosh(x).
Tensor sinh(Operand x);

}  // namespace chronograd
