#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// Where along an axis the largest element is, as i64: the first of equals, and the first NaN if
/// there is one. Negative axes count from the end; with `keep` the axis stays with size 1, else it
/// goes. The axis must not be empty, unless the result is. Any dtype but bool. No gradient flows
/// through.
Tensor argmax(Operand x, int axis = -1, bool keep = false);

/// The same of the smallest element.
Tensor argmin(Operand x, int axis = -1, bool keep = false);

}  // namespace chronograd
