#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// a / b rounded down, elementwise with NumPy broadcasting, as Python's // but for the rounding of
/// a / b. Operands of one dtype, any but bool; a number takes the other's. An integer divisor of
/// zero throws ValueError when it is computed. No gradient flows through.
Tensor floor_divide(Operand a, Operand b);

/// What is left, a - b floor(a / b), as Python's %: it has the sign of b, 0 up to |b|. Floating
/// operands as above; where a / b is so large that it has lost its last digit, so has this; NaN for
/// an infinite b. Gradient: dy, and -dy floor(a / b), summed over stretched axes.
Tensor remainder(Operand a, Operand b);

}  // namespace chronograd
