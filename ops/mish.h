#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// x tanh(softplus(x)), elementwise (Misra 2020). Any shape, f32 or f64.
/// Gradient: dy (t + x (1 - t^2) sigmoid(x)) where t = tanh(softplus(x)). Both are 0 at -inf.
Tensor mish(Operand x);

}  // namespace chronograd
