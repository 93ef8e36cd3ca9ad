#pragma once

#include <initializer_list>
#include <span>

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The smallest element along some axes; negative axes count from the end. With `keep` a reduced
/// axis stays with size 1, else it goes. NaN if one of the elements is. There must be at least one
/// element for each of the result. Any dtype but bool. Gradient: dy in equal shares to the elements
/// that equal the result. (The name stands in brackets for those who have a macro `min`.)
Tensor(min)(Operand x, std::span<const int> axes, bool keep = false);
Tensor(min)(Operand x, std::initializer_list<int> axes, bool keep = false);
Tensor(min)(Operand x, int axis, bool keep = false);
/// The smallest of all elements, a scalar.
Tensor(min)(Operand x);

}  // namespace chronograd
