#pragma once

#include <cstdint>

#include "chronograd/ops/detail/matrix.h"

/// What this library asks of oneDNN besides elementwise primitives; only files named onednn* see
/// its headers.
namespace chronograd::detail {

/// Whether `onednn_product` can read the matrix where it lies: its rows or its columns are runs of
/// memory that do not overlap.
bool onednn_reads(const Matrix<float>& matrix);

/// c = a b on the calling thread alone; `c_stride` separates the rows of c. Both matrices satisfy
/// `onednn_reads`, and none has a size of 0.
void onednn_product(const Matrix<float>& a, const Matrix<float>& b, float* c,
                    std::int64_t c_stride);

}  // namespace chronograd::detail
