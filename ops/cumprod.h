#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

struct CumprodOptions {
  bool exclusive = false;  ///< each product without the element itself
  bool reverse = false;    ///< from the end
};

/// The running product along an axis; negative axes count from the end. Any dtype but bool;
/// integers wrap around. Gradient: to each element the sum of dy times the products it is in,
/// without itself; right with zeros among them.
Tensor cumprod(Operand x, int axis = -1, CumprodOptions options = {});

}  // namespace chronograd
