#pragma once

#include <initializer_list>
#include <span>

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The largest element along some axes; negative axes count from the end. With `keep` a reduced
/// axis stays with size 1, else it goes. NaN if one of the elements is. There must be at least one
/// element for each of the result. Any dtype but bool. Gradient: dy in equal shares to the elements
/// that equal the result. (The name stands in brackets for those who have a macro `max`.)
Tensor(max)(Operand x, std::span<const int> axes, bool keep = false);
Tensor(max)(Operand x, std::initializer_list<int> axes, bool keep = false);
Tensor(max)(Operand x, int axis, bool keep = false);
/// The largest of all elements, a scalar.
Tensor(max)(Operand x);

}  // namespace chronograd
