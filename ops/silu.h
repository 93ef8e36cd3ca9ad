#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The sigmoid linear unit or swish (Elfwing et al. 2018), elementwise: x sigmoid(x). Any shape,
/// f32 or f64. Gradient: dy s (1 + x (1 - s)) where s = sigmoid(x). Both are 0 at -inf.
Tensor silu(Operand x);

}  // namespace chronograd
