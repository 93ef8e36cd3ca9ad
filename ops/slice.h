#pragma once

#include <cstdint>

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The positions start, start + 1, .. stop - 1 of one axis. Negative positions count from the end;
/// the end itself is the axis' size. Any dtype; costs nothing. Throws IndexError unless
/// 0 <= start <= stop <= size. Gradient: dy in its place among zeros; the gradients of many slices
/// of one tensor are written into one.
Tensor slice(Operand x, int axis, std::int64_t start, std::int64_t stop);

}  // namespace chronograd
