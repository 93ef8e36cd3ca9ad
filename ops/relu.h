#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The larger of x and 0, elementwise; NaN stays NaN. Any shape, any dtype but bool.
/// Gradient: dy where x is positive, 0 elsewhere (at 0, too).
Tensor relu(Operand x);

}  // namespace chronograd
