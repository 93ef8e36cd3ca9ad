#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The rows of a table that are asked for: `y[i..] = table[indices[i..]]`. Embedding lookup.
/// table: any dtype, [rows, ...]; indices: i32 or i64 of any shape; y: the shape of the indices and
/// then that of a row. Throws IndexError for a negative or too large index: when recorded if the
/// indices are known by then, else when computed. Gradient: dy added to the rows it came from.
Tensor gather(Operand table, Operand indices);

}  // namespace chronograd
