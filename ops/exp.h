#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// e^x, elementwise. Any shape, f32 or f64. Gradient: dy y.
Tensor exp(Operand x);

}  // namespace chronograd
