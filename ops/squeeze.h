#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// x without an axis, whose size must be 1. Any dtype; costs nothing. Gradient: dy with it.
Tensor squeeze(Operand x, int axis);
/// Without all axes of size 1.
Tensor squeeze(Operand x);

/// x with a new axis of size 1 before `axis`, which may be the rank of x; negative ones count from
/// the end of the result. Any dtype; costs nothing. Gradient: dy without it.
Tensor unsqueeze(Operand x, int axis);

/// The axes from `first` to `last`, both included, as one; of a scalar an axis of size 1. Any
/// dtype; costs nothing where x is dense. Gradient: dy in the shape of x.
Tensor flatten(Operand x, int first = 0, int last = -1);

}  // namespace chronograd
