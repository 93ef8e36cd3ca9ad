#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// e^x - 1, elementwise, exact for small x too. Any shape, f32 or f64. Gradient: dy (y + 1).
Tensor expm1(Operand x);

}  // namespace chronograd
