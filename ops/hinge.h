#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The mean of max(0, 1 - t score) for targets t of -1 or 1, a scalar: a margin of 1 costs nothing
/// more. Both of one shape, f32 or f64.
Tensor hinge(Operand scores, Operand targets);

}  // namespace chronograd
