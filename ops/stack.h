#pragma once

#include <initializer_list>
#include <span>

#include "chronograd/graph/operand.h"

namespace chronograd {

/// Tensors of one shape put together along a new axis, which may be the rank they had; negative
/// axes count from the end of the result. Any dtype, the same for all. At least one is needed.
/// Gradient: what dy has at each position.
Tensor stack(std::span<const Tensor> tensors, int axis = 0, const char* file = __builtin_FILE(),
             unsigned line = __builtin_LINE());
Tensor stack(std::initializer_list<Operand> tensors, int axis = 0);

}  // namespace chronograd
