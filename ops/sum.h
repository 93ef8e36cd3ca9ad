#pragma once

#include <initializer_list>
#include <span>

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The sum over some axes; negative axes count from the end. With `keep` a reduced axis stays with
/// size 1, else it goes. The sum of nothing is 0.
/// Any dtype but bool, which is the result's, too: integers wrap around when they overflow, long
/// floating sums go on in f64. Gradient: dy, repeated along the axes.
Tensor sum(Operand x, std::span<const int> axes, bool keep = false);
Tensor sum(Operand x, std::initializer_list<int> axes, bool keep = false);
Tensor sum(Operand x, int axis, bool keep = false);
/// The sum of all elements, a scalar.
Tensor sum(Operand x);

}  // namespace chronograd
