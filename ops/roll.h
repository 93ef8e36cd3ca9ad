#pragma once

#include <cstdint>

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The elements of an axis moved on by `shift` positions, those that leave at the end coming in
/// again at the front; a negative shift moves them back. Any dtype. Gradient: dy rolled back.
Tensor roll(Operand x, std::int64_t shift, int axis);

}  // namespace chronograd
