#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// `sum` with rows added to it: row `indices[i..]` gets `rows[i..]`; an index that comes again adds
/// again. sum: any dtype but bool, [n, ...]; indices: i32 or i64; rows: of the dtype of sum, with
/// the shape of the indices and then that of a row. Works in the memory of `sum` when nobody else
/// needs it. Throws IndexError like `gather`. Gradient: dy, and the rows of dy at the indices.
Tensor scatter_add(Operand sum, Operand indices, Operand rows);

}  // namespace chronograd
