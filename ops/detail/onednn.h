#pragma once

#include <cstdint>

#include "chronograd/ops/detail/matrix.h"

/// All that this library asks of oneDNN; only onednn.cpp sees its headers.
namespace chronograd::detail {

/// Whether `onednn_product` can read the matrix where it lies: its rows or its columns are runs of
/// memory that do not overlap.
bool onednn_reads(const Matrix<float>& matrix);

/// c = a b on the calling thread alone; `c_stride` separates the rows of c. Both matrices satisfy
/// `onednn_reads`, and none has a size of 0.
void onednn_product(const Matrix<float>& a, const Matrix<float>& b, float* c,
                    std::int64_t c_stride);

}  // namespace chronograd::detail
