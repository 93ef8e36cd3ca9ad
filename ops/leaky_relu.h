#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// x, or slope x below 0, elementwise (Maas et al. 2013). The slope may be a number, or a tensor or
/// parameter that broadcasts to x's shape (PReLU, He et al. 2015). f32 or f64. Gradient: dy, or
/// slope dy below 0; for the slope, x dy below 0.
Tensor leaky_relu(Operand x, Operand slope = 0.01);

}  // namespace chronograd
