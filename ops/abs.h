#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// |x|, elementwise. Any shape, any dtype but bool. Gradient: dy sign(x), which is 0 at 0.
Tensor abs(Operand x);

}  // namespace chronograd
