#pragma once

#include <cstddef>
#include <cstdint>

#include "chronograd/graph/dtype.h"

namespace chronograd::detail {

/// Rows and columns of numbers in memory; the strides are in bytes.
struct Block {
  std::byte* data;
  DType dtype;
  std::int64_t row_stride;
  std::int64_t column_stride;
};

/// Copies rows x columns numbers, converting them as `copy` of graph/array.h does. A stride of 0
/// in `from` repeats. The blocks must not overlap.
void move(Block from, Block to, std::int64_t rows, std::int64_t columns);

}  // namespace chronograd::detail
