#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd::detail {

/// (x - mean) / sqrt(variance + epsilon) along the last axis (Ba et al. 2016), without a gain.
Tensor normalise(Operand x, double epsilon);

/// x / sqrt(mean of squares + epsilon) along the last axis (Zhang and Sennrich 2019), without a
/// gain.
Tensor normalise_rms(Operand x, double epsilon);

}  // namespace chronograd::detail
