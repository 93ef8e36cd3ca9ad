#pragma once

#include <vector>

#include "chronograd/graph/operand.h"

namespace chronograd {

/// x cut along an axis into at most `parts` parts, as PyTorch's chunk: all are as long as the axis'
/// size divided by `parts`, rounded up, and the last what is left. `split` refuses a remainder. Any
/// dtype; costs nothing. Throws ValueError for less than one part. Gradient: as of `split`.
std::vector<Tensor> chunk(Operand x, int parts, int axis = -1);

}  // namespace chronograd
