#pragma once

#include <initializer_list>
#include <span>

#include "chronograd/graph/operand.h"

namespace chronograd {

/// Tensors put together along one axis, in order. Any dtype, the same for all; their other sizes
/// must be equal. At least one is needed. Gradient: the parts of dy.
Tensor concat(std::span<const Tensor> tensors, int axis, const char* file = __builtin_FILE(),
              unsigned line = __builtin_LINE());
Tensor concat(std::initializer_list<Operand> tensors, int axis);

}  // namespace chronograd
