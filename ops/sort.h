#pragma once

#include <cstdint>

#include "chronograd/graph/operand.h"

namespace chronograd {

/// Elements in order, and where along the axis each was, as i64.
struct Sorted {
  Tensor values;
  Tensor indices;
};

/// Sorts along an axis; negative axes count from the end. Equal elements stay in order; NaN comes
/// last, descending first. Any dtype. Gradient: dy goes back to where each value was.
Sorted sort(Operand x, int axis = -1, bool descending = false);

/// The k largest elements along an axis, the largest first; or the k smallest, the smallest first.
/// Of equal ones the earlier come first. k must be at most the axis' size.
Sorted top_k(Operand x, std::int64_t k, int axis = -1, bool largest = true);

}  // namespace chronograd
