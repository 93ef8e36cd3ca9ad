#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The gated linear unit (Dauphin et al. 2017): a sigmoid(b), where a and b are the halves of x
/// along an axis, whose size must be even. f32 or f64. Gradient: that of product and sigmoid.
Tensor glu(Operand x, int axis = -1);

}  // namespace chronograd
