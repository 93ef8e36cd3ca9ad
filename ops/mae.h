#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The mean of the absolute differences, a scalar. The shapes must be equal, so that a forgotten
/// axis is an error instead of a broadcast. f32 or f64. Gradient: the sign of each difference / n.
Tensor mae(Operand prediction, Operand target);

}  // namespace chronograd
