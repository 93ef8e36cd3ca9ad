#pragma once

#include <initializer_list>
#include <span>

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The mean of the squares over some axes, which `mean(square(x))` cannot give in f32 when a square
/// leaves the range of f32; here they are taken in f64. Axes and `keep` as in `mean`; the mean of
/// nothing is NaN. f32 or f64. Gradient: 2 dy x / n, where n is the number of elements that make
/// one.
Tensor mean_square(Operand x, std::span<const int> axes, bool keep = false);
Tensor mean_square(Operand x, std::initializer_list<int> axes, bool keep = false);
Tensor mean_square(Operand x, int axis, bool keep = false);
/// Of all elements, a scalar.
Tensor mean_square(Operand x);

}  // namespace chronograd
