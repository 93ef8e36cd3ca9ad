#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// x where it is above a number, else 0, elementwise (Konda et al. 2015); NaN stays NaN. Any shape,
/// f32 or f64. Gradient: dy above the threshold, 0 elsewhere.
Tensor thresholded_relu(Operand x, double threshold = 1);

/// x where it is farther than `bound` from 0, else 0, elementwise; NaN stays NaN. Any shape, f32 or
/// f64. Gradient: dy there, 0 elsewhere.
Tensor hard_shrink(Operand x, double bound = 0.5);

/// x moved towards 0 by `bound`, and 0 where it would cross it, elementwise. Any shape, f32 or f64.
/// What a step of lasso does. Gradient: dy where x is farther from 0 than the bound, 0 elsewhere.
Tensor soft_shrink(Operand x, double bound = 0.5);

}  // namespace chronograd
