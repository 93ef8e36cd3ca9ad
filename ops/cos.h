#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The cosine of x in radians, elementwise. Any shape, f32 or f64. Gradient: -dy sin(x).
Tensor cos(Operand x);

}  // namespace chronograd
