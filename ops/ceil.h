#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The smallest integer that is at least x, elementwise. Any shape, f32 or f64. The gradient is 0.
Tensor ceil(Operand x);

}  // namespace chronograd
