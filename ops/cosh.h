#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The hyperbolic cosine, elementwise. Any shape, f32 or f64. Gradient: dy sinh(x).
Tensor cosh(Operand x);

}  // namespace chronograd
