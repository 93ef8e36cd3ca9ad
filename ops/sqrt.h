#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The square root, elementwise: NaN below 0. Any shape, f32 or f64. Gradient: dy / (2 y), which is
/// inf at 0.
Tensor sqrt(Operand x);

}  // namespace chronograd
