#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// x^2, elementwise. Any shape, any dtype but bool. A square beyond the dtype's range is infinite,
/// and so is every sum or mean of it: `mean_square`, `root_mean_square` and `norm` take the squares
/// of f32 in f64. Gradient: 2 x dy.
Tensor square(Operand x);

}  // namespace chronograd
