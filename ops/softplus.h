#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// log(1 + e^x), elementwise, without overflow. Any shape, f32 or f64. Gradient: dy sigmoid(x).
Tensor softplus(Operand x);

}  // namespace chronograd
