#pragma once

#include <initializer_list>
#include <span>

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The product along some axes; the product of nothing is 1. Axes and `keep` as in `sum`. Any dtype
/// but bool; integers wrap around. Gradient: dy times the product of all others, right with zeros
/// among them.
Tensor prod(Operand x, std::span<const int> axes, bool keep = false);
Tensor prod(Operand x, std::initializer_list<int> axes, bool keep = false);
Tensor prod(Operand x, int axis, bool keep = false);
/// The product of all elements, a scalar.
Tensor prod(Operand x);

}  // namespace chronograd
