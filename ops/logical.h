#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// Logic on bool tensors, elementwise with NumPy broadcasting. Other dtypes throw DTypeError:
/// compare them with something first. No gradient flows through.
Tensor logical_and(Operand a, Operand b);
Tensor logical_or(Operand a, Operand b);
Tensor logical_not(Operand x);

}  // namespace chronograd
