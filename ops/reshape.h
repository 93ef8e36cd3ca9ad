#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The same numbers in row-major order in another shape of the same size. Any dtype. Costs nothing
/// where the numbers lie in memory so that the new shape can be seen in them, as in all dense
/// tensors; else copies. Gradient: dy in the shape of x.
Tensor reshape(Operand x, Shape shape);

}  // namespace chronograd
