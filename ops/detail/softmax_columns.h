#pragma once

#include "chronograd/graph/array.h"

namespace chronograd::detail {

/// Softmax and log_softmax along an axis that is not the last, where rows are columns in memory:
/// `x` and `out` are dense and of one shape, f32 or f64.
void softmax_of_columns(const Array& x, int axis, const Array& out);
void log_softmax_of_columns(const Array& x, int axis, const Array& out);

}  // namespace chronograd::detail
