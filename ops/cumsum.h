#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

struct CumsumOptions {
  bool exclusive = false;  ///< each sum without the element itself
  bool reverse = false;    ///< from the end
};

/// The running sum along an axis; negative axes count from the end. Any dtype but bool; integers
/// wrap around. Gradient: the running sum of dy the other way.
Tensor cumsum(Operand x, int axis = -1, CumsumOptions options = {});

}  // namespace chronograd
