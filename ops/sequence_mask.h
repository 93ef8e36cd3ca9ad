#pragma once

#include <cstdint>

#include "chronograd/graph/operand.h"

namespace chronograd {

/// Which steps of padded sequences are real: bool [time, batch], true where t < lengths[b].
/// lengths: i32 or i64 [batch], each from 0 to time. Throws IndexError for another, naming it: at
/// once when the numbers are there, else when they are computed. No gradient flows through.
Tensor sequence_mask(Operand lengths, std::int64_t time);

}  // namespace chronograd
