#pragma once

#include "chronograd/graph/tensor.h"

namespace chronograd {

// Random numbers, drawn anew by each call. The dice are those of the innermost training tape, `Tape
// tape{random}`: equal `random` and equal recordings give equal numbers, and f64 the same as f32
// but for rounding. No gradient flows into them. All throw TapeError without such a tape, and
// DTypeError for a dtype that is not f32 or f64.

/// 0 with probability `rate`, else 1 / (1 - rate), so that the mean is 1: what dropout multiplies
/// by (Srivastava et al. 2014). Of that shape and dtype. Throws ValueError unless 0 <= rate < 1.
Tensor dropout_mask(Shape shape, double rate, DType dtype = DType::f32,
                    const char* file = __builtin_FILE(), unsigned line = __builtin_LINE());

/// Uniform in [0, 1), of that shape and dtype, f32 or f64.
Tensor random_uniform(Shape shape, DType dtype = DType::f32, const char* file = __builtin_FILE(),
                      unsigned line = __builtin_LINE());

/// Normal, of mean 0 and variance 1, of that shape and dtype, f32 or f64.
Tensor random_normal(Shape shape, DType dtype = DType::f32, const char* file = __builtin_FILE(),
                     unsigned line = __builtin_LINE());

}  // namespace chronograd
