#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// -1, 0 or 1 as x is negative, zero or positive, elementwise; NaN stays NaN. Any shape, any dtype
/// but bool. Gradient: 0.
Tensor sign(Operand x);

}  // namespace chronograd
