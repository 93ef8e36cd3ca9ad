#pragma once

#include <cstdint>

#include "chronograd/graph/tensor.h"

namespace chronograd {

/// A tensor of one repeated number; on a tape it takes no memory. Throws DTypeError for a number
/// that an integer dtype does not hold.
Tensor full(Shape shape, double value, DType dtype = DType::f32,
            const char* file = __builtin_FILE(), unsigned line = __builtin_LINE());

/// A tensor of zeros, or of false.
Tensor zeros(Shape shape, DType dtype = DType::f32, const char* file = __builtin_FILE(),
             unsigned line = __builtin_LINE());

/// A tensor of ones, or of true.
Tensor ones(Shape shape, DType dtype = DType::f32, const char* file = __builtin_FILE(),
            unsigned line = __builtin_LINE());

/// 0, 1, .. count - 1 along one axis. Throws ShapeError for a negative count and DTypeError for
/// bool.
Tensor arange(std::int64_t count, DType dtype = DType::f32, const char* file = __builtin_FILE(),
              unsigned line = __builtin_LINE());

}  // namespace chronograd
