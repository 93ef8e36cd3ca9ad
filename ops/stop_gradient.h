#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// x, but a constant to gradients: what is computed from it passes none on to x. Any shape, any
/// dtype; costs nothing. Unlike `Tensor::detach` it computes nothing either.
Tensor stop_gradient(Operand x);

}  // namespace chronograd
