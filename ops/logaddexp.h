#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// log(e^a + e^b), elementwise with NumPy broadcasting, without overflow: the sum of probabilities
/// given as logarithms. -inf where both are. Operands both f32 or both f64; a number takes the
/// other's dtype. Gradient: dy sigmoid(a - b) and dy sigmoid(b - a), halves where both are -inf.
Tensor logaddexp(Operand a, Operand b);

}  // namespace chronograd
