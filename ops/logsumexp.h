#pragma once

#include <initializer_list>
#include <span>

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The logarithm of the sum of e^x along an axis, without overflow. With `keep` the axis stays with
/// size 1, else it goes. f32 or f64, at least one axis. -inf where all elements are or the axis is
/// empty. Gradient: dy softmax(x).
Tensor logsumexp(Operand x, int axis = -1, bool keep = false);
/// The same over several axes.
Tensor logsumexp(Operand x, std::span<const int> axes, bool keep = false);
Tensor logsumexp(Operand x, std::initializer_list<int> axes, bool keep = false);

}  // namespace chronograd
