#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// y[0] = b[0] and y[t] = a[t] y[t - 1] + b[t] along an axis, or with `reverse` from the end:
/// y[t] = a[t] y[t + 1] + b[t]. Moving averages, discounted sums and recurrences without
/// nonlinearity between steps, in one pass. a and b have one shape and one dtype, any but bool;
/// integers wrap around. What a is at the first step is not read.
/// Gradient: such a recurrence the other way for b, g[t] = dy[t] + a[t + 1] g[t + 1], and
/// g[t] y[t - 1] for a.
Tensor linear_recurrence(Operand a, Operand b, int axis = 0, bool reverse = false);

}  // namespace chronograd
