#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// What is at some positions of an axis, as NumPy's take and PyTorch's index_select: the indices,
/// of any shape, take the place of the axis. For axis 0 it is `gather`. x: any dtype; indices: i32
/// or i64. Throws IndexError like `gather`. Gradient: dy added where it came from.
Tensor take(Operand x, Operand indices, int axis);

}  // namespace chronograd
