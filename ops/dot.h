#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The inner product of two vectors, [n] and [n]: a scalar. Of one dtype, any but bool.
/// Gradient: dy b and dy a.
Tensor dot(Operand a, Operand b);

/// The outer product of two vectors, [m] and [n]: [m, n]. Of one dtype, any but bool.
/// Gradient: dy b and dy^T a.
Tensor outer(Operand a, Operand b);

}  // namespace chronograd
