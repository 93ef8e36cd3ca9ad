#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// 1 / x, elementwise. Any shape, f32 or f64. Gradient: -dy y^2.
Tensor reciprocal(Operand x);

}  // namespace chronograd
