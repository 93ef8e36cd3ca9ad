#pragma once

#include <cstdint>

#include "chronograd/graph/dtype.h"
#include "chronograd/graph/tensor.h"

namespace chronograd::detail {

/// The numbers of a floating tensor in this floating dtype, rounded where it is narrower. Any other
/// tensor comes back as it is.
Tensor as_dtype(const Tensor& tensor, DType dtype);

// What follows takes f64, in which a sum of f32 is exact enough to be rounded once. Any other dtype
// comes back as it is, to be refused by name where all is there.

/// The axes from last to first: [3, 2, 5] becomes [5, 2, 3], as a matrix is transposed.
Tensor reversed(const Tensor& tensor);

/// The last axis, in three equal parts, with the first two exchanged. What has no three parts comes
/// back as it is.
Tensor first_two_of_three_exchanged(const Tensor& tensor);

/// Row `index` of a matrix.
Tensor row(const Tensor& matrix, std::int64_t index);

/// The sum of two tensors of one shape.
Tensor sum_of(const Tensor& a, const Tensor& b);

}  // namespace chronograd::detail
