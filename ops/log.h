#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The natural logarithm, elementwise: -inf at 0, NaN below. Any shape, f32 or f64.
/// Gradient: dy / x.
Tensor log(Operand x);

}  // namespace chronograd
