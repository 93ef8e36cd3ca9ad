#pragma once

#include <span>

#include "chronograd/graph/operand.h"

namespace chronograd {

/// Whether no element is NaN or infinite: one bool, without axes. Any shape, f32 or f64; true of
/// nothing. Reads the numbers once, as fast as memory gives them. No gradient flows through.
Tensor all_finite(Operand x);

/// The same of each of several tensors, by one op: bool [n] for n of them. Throws ValueError for
/// none.
Tensor all_finite(std::span<const Tensor> xs, const char* file = __builtin_FILE(),
                  unsigned line = __builtin_LINE());

}  // namespace chronograd
