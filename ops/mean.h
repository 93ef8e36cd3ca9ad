#pragma once

#include <initializer_list>
#include <span>

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The mean over some axes; negative axes count from the end. With `keep` a reduced axis stays with
/// size 1, else it goes. The mean of nothing is NaN.
/// f32 or f64; long sums go on in f64. Gradient: dy / n, repeated along the axes, where n is the
/// number of elements that make one.
Tensor mean(Operand x, std::span<const int> axes, bool keep = false);
Tensor mean(Operand x, std::initializer_list<int> axes, bool keep = false);
Tensor mean(Operand x, int axis, bool keep = false);
/// The mean of all elements, a scalar.
Tensor mean(Operand x);

}  // namespace chronograd
