#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The inverse of the cosine, elementwise, in radians from 0 to pi; NaN for x outside of [-1, 1].
/// Any shape, f32 or f64. Gradient: -dy / sqrt(1 - x^2), infinite at -1 and 1.
Tensor acos(Operand x);

}  // namespace chronograd
