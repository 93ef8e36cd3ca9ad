#pragma once

#include <initializer_list>
#include <span>

#include "chronograd/graph/operand.h"

namespace chronograd {

/// e^x over the sum of e^x along an axis: positive numbers that sum to 1. f32 or f64, at least one
/// axis. No number overflows on the way. A row of nothing but -inf, or with NaN or +inf, gives NaN.
/// Gradient: y (dy - sum(dy y)).
Tensor softmax(Operand x, int axis = -1);

/// The same over those elements where `mask`, of bool and broadcast to x's shape, is true. The
/// others are exactly 0 whatever x is there; a row without any true is all 0, and so is its
/// gradient.
Tensor softmax(Operand x, const Tensor& mask, int axis = -1);

/// The same over several axes together.
Tensor softmax(Operand x, std::span<const int> axes);
Tensor softmax(Operand x, std::initializer_list<int> axes);

}  // namespace chronograd
