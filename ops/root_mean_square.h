#pragma once

#include <initializer_list>
#include <span>

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The root of the mean of the squares over some axes, y = sqrt(mean(x^2)). In f32 no square
/// overflows or vanishes on the way, since they are taken in f64; those of f64 do above 1e154 and
/// below 1e-154. Axes and `keep` as in `mean`; of nothing it is NaN. f32 or f64. Gradient: dy x /
/// (n y), where n is the number of elements that make one; 0 where y is 0.
Tensor root_mean_square(Operand x, std::span<const int> axes, bool keep = false);
Tensor root_mean_square(Operand x, std::initializer_list<int> axes, bool keep = false);
Tensor root_mean_square(Operand x, int axis, bool keep = false);
/// Of all elements, a scalar.
Tensor root_mean_square(Operand x);

}  // namespace chronograd
