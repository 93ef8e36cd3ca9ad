#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// `a` where the condition is true, `b` elsewhere; all three broadcast together. The condition is
/// bool; a and b have one dtype, any, and a number takes the other's (f32 for two numbers).
/// Gradient: dy where the operand was taken and exactly 0 elsewhere, even where dy is inf or NaN,
/// summed over stretched axes.
Tensor where(Operand condition, Operand a, Operand b);

}  // namespace chronograd
