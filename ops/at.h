#pragma once

#include <cstdint>

#include "chronograd/graph/operand.h"

namespace chronograd {

/// What is at one position of an axis, without that axis: `at(xs, t)` is the step t of a sequence.
/// A negative index counts from the end. Any dtype; costs nothing. Throws IndexError for an index
/// out of range. Gradient: dy in its place among zeros; the gradients of many steps of one tensor
/// are written into one.
Tensor at(Operand x, std::int64_t index, int axis = 0);

}  // namespace chronograd
