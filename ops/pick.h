#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// One number of each row: `y[i..] = x[i.., indices[i..]]`. What cross entropy takes from the log
/// probabilities. x: any dtype, [..., n]; indices: i32 or i64, [...]; y: the shape of the indices.
/// Throws IndexError for a negative or too large index: when recorded if the indices are known by
/// then, else when computed. Gradient: dy at the picked numbers, zeros elsewhere.
Tensor pick(Operand x, Operand indices);

}  // namespace chronograd
