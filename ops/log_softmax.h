#pragma once

#include <initializer_list>
#include <span>

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The logarithm of softmax along an axis, x - logsumexp(x), exact where softmax itself would be 0.
/// f32 or f64, at least one axis. A row of nothing but -inf, or with NaN or +inf, gives NaN.
/// Gradient: dy - e^y sum(dy).
Tensor log_softmax(Operand x, int axis = -1);

/// The same over those elements where `mask`, of bool and broadcast to x's shape, is true. The
/// others are 0, so that they add nothing to a loss, and so is their gradient, whatever x is there.
Tensor log_softmax(Operand x, const Tensor& mask, int axis = -1);

/// The same over several axes together.
Tensor log_softmax(Operand x, std::span<const int> axes);
Tensor log_softmax(Operand x, std::initializer_list<int> axes);

}  // namespace chronograd
