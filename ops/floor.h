#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The largest integer that is at most x, elementwise. Any shape, f32 or f64. The gradient is 0.
Tensor floor(Operand x);

}  // namespace chronograd
