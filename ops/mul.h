#pragma once

#include <utility>

#include "chronograd/graph/operand.h"

namespace chronograd {

/// a * b, elementwise with NumPy broadcasting. Operands of one dtype, any but bool; a number takes
/// the other's. Gradient: dy b and dy a, summed over stretched axes.
Tensor mul(Operand a, Operand b);
inline Tensor operator*(Operand a, Operand b) { return mul(std::move(a), std::move(b)); }

}  // namespace chronograd
