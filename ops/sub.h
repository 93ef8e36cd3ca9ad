#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// a - b, elementwise with NumPy broadcasting. Operands of one dtype, any but bool; a number takes
/// the other's. Gradient: dy and -dy, summed over stretched axes.
Tensor sub(Operand a, Operand b);
inline Tensor operator-(Operand a, Operand b) { return sub(a, b); }

}  // namespace chronograd
