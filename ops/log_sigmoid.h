#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// log(sigmoid(x)), elementwise, without overflow: -softplus(-x). Any shape, f32 or f64.
/// Gradient: dy sigmoid(-x).
Tensor log_sigmoid(Operand x);

}  // namespace chronograd
