#pragma once

#include <utility>

#include "chronograd/graph/operand.h"

namespace chronograd {

/// a - b, elementwise with NumPy broadcasting. Operands of one dtype, any but bool; a number takes
/// the other's. Gradient: dy and -dy, summed over stretched axes.
Tensor sub(Operand a, Operand b);
inline Tensor operator-(Operand a, Operand b) { return sub(std::move(a), std::move(b)); }

}  // namespace chronograd
