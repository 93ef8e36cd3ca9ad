#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The integer nearest to x; halves go to the even one, elementwise. Any shape, f32 or f64. The
/// gradient is 0.
Tensor round(Operand x);

}  // namespace chronograd
