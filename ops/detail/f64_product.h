#pragma once

#include <cstdint>

#include "chronograd/ops/detail/matrix.h"

namespace chronograd::detail {

/// c = a b on the calling thread; `c_stride` separates the rows of c. Any strides; no size is 0.
/// oneDNN has no product of f64.
void f64_product(const Matrix<double>& a, const Matrix<double>& b, double* c,
                 std::int64_t c_stride);

}  // namespace chronograd::detail
