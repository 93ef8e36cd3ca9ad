#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// What tuples of indices name: y[i..] = x[indices[i.., 0], indices[i.., 1], ..]. indices: i32 or
/// i64, [.., n], for the first n axes of x, of any dtype; y: the leading axes of the indices and
/// then the remaining axes of x. The first `batch_dims` axes of both are shared: the tuples index
/// what is behind them. Throws IndexError for a negative or too large index, naming its axis: when
/// recorded if the indices are known by then, else when computed. Gradient: dy added where it came
/// from.
Tensor gather_nd(Operand x, Operand indices, int batch_dims = 0);

/// x with `values` in place of what tuples of indices name, as `gather_nd` takes them; of equal
/// tuples the last counts. values: of the dtype of x, in the shape that gather_nd gives.
/// Gradient: dy with zeros in those places, and what dy has there.
Tensor scatter_nd(Operand x, Operand indices, Operand values, int batch_dims = 0);

/// x with `values` added there; equal tuples add again. Any dtype but bool.
/// Gradient: dy, and what dy has there.
Tensor scatter_nd_add(Operand x, Operand indices, Operand values, int batch_dims = 0);

}  // namespace chronograd
