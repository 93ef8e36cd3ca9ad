#pragma once

#include "chronograd/ops/detail/matrix.h"

namespace chronograd::detail {

/// Whether `vector_product` serves this product: a is one row or b one column, and the other one's
/// rows or columns are runs of memory that are not short.
bool is_vector_product(const Matrix<float>& a, const Matrix<float>& b);

/// c = a b, dense, on the calling thread. It takes as long as it takes to read the matrix, which
/// oneDNN's product does not reach. No size is 0.
void vector_product(const Matrix<float>& a, const Matrix<float>& b, float* c);

}  // namespace chronograd::detail
