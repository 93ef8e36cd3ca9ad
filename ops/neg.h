#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// -x, elementwise. Any shape, any dtype but bool. Gradient: -dy.
Tensor neg(Operand x);
inline Tensor operator-(Operand x) { return neg(x); }

}  // namespace chronograd
