#pragma once

#include <initializer_list>
#include <span>

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The Euclidean norm over some axes, sqrt(sum(x^2)). No square overflows or vanishes on the way:
/// the norm of {3e20, 4e20} is 5e20 in f32 and that of {3e-200, 4e-200} is 5e-200 in f64. It is inf
/// where it is too large itself or some x is infinite, NaN where some x is NaN, and 0 for nothing.
/// The norm of several tensors is the norm of their norms. Axes and `keep` as in `sum`. f32 or f64.
/// Gradient: dy x / y, 0 where y is 0.
Tensor norm(Operand x, std::span<const int> axes, bool keep = false);
Tensor norm(Operand x, std::initializer_list<int> axes, bool keep = false);
Tensor norm(Operand x, int axis, bool keep = false);
/// Of all elements, a scalar.
Tensor norm(Operand x);

/// The norm of all elements, in f64 whatever their dtype, so that it holds that of any finite
/// numbers of f32. Gradient: as that of `norm`.
Tensor wide_norm(Operand x);

}  // namespace chronograd
