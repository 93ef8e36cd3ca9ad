#pragma once

#include <utility>

#include "chronograd/graph/operand.h"

namespace chronograd {

/// a / b, elementwise with NumPy broadcasting. Operands of one dtype, any but bool; a number takes
/// the other's. Integers truncate towards zero, and a divisor of zero throws ValueError when it is
/// computed; floating zeros divide to inf or NaN.
/// Gradient: dy / b and -dy y / b, summed over stretched axes.
Tensor div(Operand a, Operand b);
inline Tensor operator/(Operand a, Operand b) { return div(std::move(a), std::move(b)); }

}  // namespace chronograd
