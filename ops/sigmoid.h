#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The logistic function, elementwise: y = 1 / (1 + e^-x).
/// Any shape, f32 or f64. Gradient: dy y (1 - y).
Tensor sigmoid(Operand x);

}  // namespace chronograd
