#pragma once

#include <vector>

#include "chronograd/graph/operand.h"

namespace chronograd {

/// What is at each position of an axis, without that axis: the inverse of `stack`. Any dtype; costs
/// nothing. Gradient: the gradients of the parts, zeros for those nothing depends on, stacked.
std::vector<Tensor> unstack(Operand x, int axis = 0);

}  // namespace chronograd
