#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The exponential linear unit (Clevert et al. 2016), elementwise: x, or alpha (e^x - 1) below 0.
/// Any shape, f32 or f64. Gradient: dy, or dy (y + alpha) below 0.
Tensor elu(Operand x, double alpha = 1);

/// The scaled one (Klambauer et al. 2017): scale elu(x, alpha), with the constants that keep mean 0
/// and variance 1 from layer to layer.
Tensor selu(Operand x);

}  // namespace chronograd
