#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The length of the vector (a, b), y = sqrt(a^2 + b^2), elementwise with NumPy broadcasting. No
/// square overflows or vanishes on the way: that of 3e20 and 4e20 is 5e20 in f32 too. NaN if either
/// is. Operands both f32 or both f64; a number takes the other's dtype.
/// Gradient: dy a / y and dy b / y, 0 where y is 0, summed over stretched axes.
Tensor hypot(Operand a, Operand b);

}  // namespace chronograd
