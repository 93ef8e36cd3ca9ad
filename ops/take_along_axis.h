#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// For each index the element of x at that position of an axis, and otherwise at the index's own
/// place, as NumPy's: y[i, j] = x[indices[i, j], j] for axis 0 of two. The indices, i32 or i64 in
/// [0, x's size there), have x's sizes but along the axis. Gradient: dy added at the places taken.
Tensor take_along_axis(Operand x, Operand indices, int axis = -1);

}  // namespace chronograd
