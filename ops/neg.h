#pragma once

#include <utility>

#include "chronograd/graph/operand.h"

namespace chronograd {

/// -x, elementwise. Any shape, any dtype but bool. Gradient: -dy.
Tensor neg(Operand x);
inline Tensor operator-(Operand x) { return neg(std::move(x)); }

}  // namespace chronograd
