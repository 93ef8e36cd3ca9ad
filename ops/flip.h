#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The same elements with an axis in reverse order; negative axes count from the end. Any dtype.
/// Gradient: dy flipped.
Tensor flip(Operand x, int axis);

}  // namespace chronograd
