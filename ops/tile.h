#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>

#include "chronograd/graph/operand.h"

namespace chronograd {

/// x beside itself, `times[k]` times along axis k, as NumPy's tile and PyTorch's repeat:
/// {1, 2} twice is {1, 2, 1, 2}. One number for each axis. Any dtype. Throws ShapeError for another
/// count of them and for negative ones. Gradient: the sum of dy over the copies.
Tensor tile(Operand x, std::span<const std::int64_t> times);
Tensor tile(Operand x, std::initializer_list<std::int64_t> times);

/// Each element along an axis `times` times, as NumPy's repeat: {1, 2} twice is {1, 1, 2, 2}. Any
/// dtype. Gradient: the sum of dy over the copies.
Tensor repeat_interleave(Operand x, std::int64_t times, int axis);

}  // namespace chronograd
