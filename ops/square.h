#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// x^2, elementwise. Any shape, any dtype but bool. Gradient: 2 x dy.
Tensor square(Operand x);

}  // namespace chronograd
