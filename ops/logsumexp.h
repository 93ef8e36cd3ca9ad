#pragma once

#include <initializer_list>
#include <span>

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The logarithm of the sum of e^x along an axis, without overflow. With `keep` the axis stays with
/// size 1, else it goes. f32 or f64, at least one axis. -inf where all elements are or the axis is
/// empty, NaN with a NaN, else +inf with a +inf. Gradient: dy softmax(x), which is 0 in a row of
/// nothing but -inf, and NaN in one with NaN or +inf.
Tensor logsumexp(Operand x, int axis = -1, bool keep = false);
/// The same over those elements where `mask`, of bool and broadcast to x's shape, is true; -inf
/// where none is. The gradient of the others is 0, whatever x is there.
Tensor logsumexp(Operand x, const Tensor& mask, int axis = -1, bool keep = false);
/// The same over several axes.
Tensor logsumexp(Operand x, std::span<const int> axes, bool keep = false);
Tensor logsumexp(Operand x, std::initializer_list<int> axes, bool keep = false);

}  // namespace chronograd
