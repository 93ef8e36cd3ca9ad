#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// x with rows in place of its own: row `indices[i..]` becomes `rows[i..]`; of an index that comes
/// again the last counts. x: any dtype, [n, ...]; indices: i32 or i64; rows: of the dtype of x,
/// with the shape of the indices and then that of a row. Works in the memory of x when nobody else
/// needs it. Throws IndexError like `gather`. Gradient: dy with zeros in the rows that went, and
/// the rows of dy at the indices that counted.
Tensor scatter(Operand x, Operand indices, Operand rows);

}  // namespace chronograd
