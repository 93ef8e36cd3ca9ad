#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The sine of x in radians, elementwise. Any shape, f32 or f64. Gradient: dy cos(x).
Tensor sin(Operand x);

}  // namespace chronograd
