#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// slope x + offset, cut off at 0 and 1, elementwise. The defaults are PyTorch's and Keras 3's;
/// ONNX and older Keras have a slope of 0.2. Any shape, f32 or f64. Gradient: slope dy where
/// nothing is cut off.
Tensor hard_sigmoid(Operand x, double slope = 1. / 6, double offset = 0.5);

}  // namespace chronograd
