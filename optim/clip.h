#pragma once

#include "chronograd/graph/gradients.h"

namespace chronograd {

/// The Euclidean norm of all gradients together: a scalar tensor that can be logged.
Tensor norm(const Gradients& gradients);

/// Gradients scaled so that their norm is at most `limit` (Pascanu et al. 2013).
Gradients clip_norm(const Gradients& gradients, double limit);

/// Each number cut to -limit .. limit.
Gradients clip_value(const Gradients& gradients, double limit);

/// The sum over both; a parameter may be in one of them only. For accumulating over batches.
Gradients operator+(const Gradients& a, const Gradients& b);
Gradients operator*(const Gradients& gradients, double factor);

}  // namespace chronograd
