#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// Whether an element is infinite, of either sign, elementwise: bool. Any shape, f32 or f64. No
/// gradient flows through.
Tensor is_inf(Operand x);

/// Whether it is neither infinite nor NaN. For all elements at once see `all_finite`.
Tensor is_finite(Operand x);

}  // namespace chronograd
