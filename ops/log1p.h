#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// log(1 + x), elementwise, exact for small x too; NaN below -1. Any shape, f32 or f64. Gradient:
/// dy / (1 + x).
Tensor log1p(Operand x);

}  // namespace chronograd
