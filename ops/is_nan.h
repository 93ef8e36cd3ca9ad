#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// Whether an element is not a number, elementwise: bool. Any shape, f32 or f64. No gradient flows
/// through.
Tensor is_nan(Operand x);

}  // namespace chronograd
