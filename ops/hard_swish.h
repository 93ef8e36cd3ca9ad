#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// x hard_sigmoid(x), elementwise (Howard et al. 2019): 0 up to -3, x from 3 on. Any shape, f32 or
/// f64. Gradient: dy (2 x + 3) / 6 between, 0 below, dy above. Both are 0 at -inf.
Tensor hard_swish(Operand x);

/// x held between two numbers, elementwise: a tanh of straight lines. Any shape, f32 or f64.
/// Gradient: dy between the bounds and on them, 0 outside.
Tensor hard_tanh(Operand x, double low = -1, double high = 1);

/// x held between 0 and 6, elementwise. Any shape, f32 or f64. Gradient: as of hard_tanh.
Tensor relu6(Operand x);

}  // namespace chronograd
