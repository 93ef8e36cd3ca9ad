#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The smaller of a and b, elementwise with NumPy broadcasting; NaN if either is. Operands of one
/// dtype, any but bool; a number takes the other's.
/// Gradient: dy to the smaller, half to each where they are equal; summed over stretched axes.
Tensor minimum(Operand a, Operand b);

}  // namespace chronograd
