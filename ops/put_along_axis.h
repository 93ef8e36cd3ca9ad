#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// x with values put where `take_along_axis` would take them, as NumPy's and PyTorch's scatter:
/// y[indices[i, j], j] = values[i, j] for axis 0 of two; of indices that name one place the last
/// counts. The indices, i32 or i64 in [0, x's size there), have x's sizes but along the axis; the
/// values have their shape and x's dtype, any.
/// Gradient: dy with zeros in those places, and what dy has there.
Tensor put_along_axis(Operand x, Operand indices, Operand values, int axis = -1);

/// x with the values added there; indices that name one place add again. Any dtype but bool.
/// Gradient: dy, and what dy has there.
Tensor add_along_axis(Operand x, Operand indices, Operand values, int axis = -1);

}  // namespace chronograd
