#pragma once

#include <initializer_list>
#include <span>

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The mean squared distance from the mean along some axes, as two passes, so that a large mean
/// costs no digits. With `correction` 1 the sum is divided by n - 1 instead of n (Bessel). Axes and
/// `keep` as in `mean`. f32 or f64.
Tensor variance(Operand x, std::span<const int> axes, bool keep = false, int correction = 0);
Tensor variance(Operand x, std::initializer_list<int> axes, bool keep = false, int correction = 0);
Tensor variance(Operand x, int axis, bool keep = false, int correction = 0);
/// Of all elements, a scalar.
Tensor variance(Operand x);

}  // namespace chronograd
