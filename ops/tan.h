#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The tangent of x in radians, elementwise. Any shape, f32 or f64. Gradient: dy (1 + y^2).
Tensor tan(Operand x);

}  // namespace chronograd
