#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// Sets each number to 0 with probability `rate` and multiplies the others by 1 / (1 - rate)
/// (Srivastava et al. 2014) while a training tape is open; passes x on otherwise.
/// Throws ValueError unless 0 <= rate < 1.
Tensor dropout(const Tensor& x, double rate, const char* file = __builtin_FILE(),
               unsigned line = __builtin_LINE());

}  // namespace chronograd
