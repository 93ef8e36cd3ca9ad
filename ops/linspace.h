#pragma once

#include <cstdint>

#include "chronograd/graph/tensor.h"

namespace chronograd {

/// `count` numbers, evenly spaced from `start` to `stop`, both included; one is `start`. f32 or
/// f64. Throws ShapeError for a negative count and DTypeError for another dtype.
Tensor linspace(double start, double stop, std::int64_t count, DType dtype = DType::f32,
                const char* file = __builtin_FILE(), unsigned line = __builtin_LINE());

/// start, start + step, .. before `stop`, as NumPy's arange. Throws ValueError unless the step
/// leads somewhere and all three are finite, and DTypeError for bool and for fractions of an
/// integer dtype.
Tensor arange(double start, double stop, double step = 1, DType dtype = DType::f32,
              const char* file = __builtin_FILE(), unsigned line = __builtin_LINE());

}  // namespace chronograd
