#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// x held between two bounds, elementwise with NumPy broadcasting: minimum(maximum(x, low), high),
/// so `high` where the bounds cross; NaN if any is. Operands of one dtype, any but bool; numbers
/// take the others'.
/// Gradient: dy to x where it lies between the bounds or on one, else to the bound that was taken;
/// summed over stretched axes.
Tensor clamp(Operand x, Operand low, Operand high);

}  // namespace chronograd
