#pragma once

#include <cstdint>
#include <optional>

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The positions start, start + 1, .. stop - 1 of one axis. Negative positions count from the end;
/// the end itself is the axis' size. Any dtype; costs nothing. Throws IndexError unless
/// 0 <= start <= stop <= size. Gradient: dy in its place among zeros; the gradients of many slices
/// of one tensor are written into one.
Tensor slice(Operand x, int axis, std::int64_t start, std::int64_t stop);

struct SliceOptions {
  std::optional<std::int64_t> start = {};  ///< the first position; else the one it all begins with
  std::optional<std::int64_t> stop = {};   ///< the first not taken; else it goes to the end
  std::int64_t step = 1;                   ///< from each position to the next; negative: backwards
};

/// The positions start, start + step, .. before `stop` of one axis, as Python's x[start:stop:step]:
/// negative ones count from the end, and what lies outside of the axis is cut off. So
/// `slice(x, 0, {.step = -1})` is x backwards and `slice(x, 0, {.start = -3})` its last three rows.
/// Any dtype; costs nothing for a positive step. Throws ValueError for a step of 0.
Tensor slice(Operand x, int axis, const SliceOptions& options);

}  // namespace chronograd
