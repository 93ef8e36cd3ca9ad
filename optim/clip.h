#pragma once

#include "chronograd/graph/gradients.h"

namespace chronograd {

/// The Euclidean norm of all gradients together: a scalar tensor that can be logged, of f32 if all
/// gradients are, else of f64. No square overflows or underflows on the way; the norm itself is
/// infinite where the dtype does not hold it.
Tensor norm(const Gradients& gradients);

/// Gradients scaled so that their norm is at most `limit` (Pascanu et al. 2013), in the direction
/// that they had, however large or small they are. When one holds NaN or infinity, all become NaN;
/// an optimizer still tells which it was. Throws ValueError unless limit > 0.
Gradients clip_norm(const Gradients& gradients, double limit, const char* file = __builtin_FILE(),
                    unsigned line = __builtin_LINE());

/// Each number of each gradient cut to -limit .. limit; shapes and dtypes stay. NaN stays NaN.
/// Throws ValueError unless limit > 0.
Gradients clip_value(const Gradients& gradients, double limit, const char* file = __builtin_FILE(),
                     unsigned line = __builtin_LINE());

/// The sum over both; a parameter may be in one of them only. Both are of the innermost tape, or
/// computed: to sum over batches, each on its own tape, use an Accumulator. Throws TapeError for
/// gradients that are pending on another tape.
Gradients operator+(const Gradients& a, const Gradients& b);
/// All gradients times a number; shapes and dtypes stay.
Gradients operator*(const Gradients& gradients, double factor);

}  // namespace chronograd
