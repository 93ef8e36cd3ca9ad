#pragma once

#include <cstdint>

namespace chronograd::detail {

/// Lines of memory that lie a multiple of this many f32 apart share a few sets of the cache and
/// evict each other from it.
constexpr std::int64_t same_sets = 256;
/// How many f32 must be added between such lines.
constexpr std::int64_t gap = 16;

/// A matrix as it lies in memory: element (i, j) is data[i * row_stride + j * column_stride].
template <class T>
struct Matrix {
  const T* data;
  std::int64_t rows;
  std::int64_t columns;
  std::int64_t row_stride;
  std::int64_t column_stride;

  Matrix rows_from(std::int64_t begin, std::int64_t count) const {
    return {data + begin * row_stride, count, columns, row_stride, column_stride};
  }
  Matrix columns_from(std::int64_t begin, std::int64_t count) const {
    return {data + begin * column_stride, rows, count, row_stride, column_stride};
  }
};

}  // namespace chronograd::detail
