#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The cosine of the angle between a and b along the last axis, from -1 to 1: a . b / max(|a| |b|,
/// epsilon). Both of one shape [.., size] -> [..]; f32 or f64. 1 minus its mean is a loss.
Tensor cosine_similarity(Operand a, Operand b, double epsilon = 1e-8);

}  // namespace chronograd
