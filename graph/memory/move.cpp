#include "chronograd/graph/memory/move.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <type_traits>
#include <utility>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace chronograd::detail {
namespace {

// Booleans in memory. No other element type is a byte.
using Byte = std::uint8_t;

template <class To, class From>
To convert(From x) {
  if constexpr (std::is_same_v<To, From>) {
    return x;
  } else if constexpr (std::is_same_v<To, Byte>) {
    return x != 0;
  } else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    // The limits are powers of two, which floating types hold exactly.
    constexpr From least = static_cast<From>(std::numeric_limits<To>::min());
    if (x >= -least) return std::numeric_limits<To>::max();
    if (x < least) return std::numeric_limits<To>::min();
    return std::isnan(x) ? To{0} : static_cast<To>(x);
  } else {
    return static_cast<To>(x);
  }
}

template <class T>
bool adjacent(std::int64_t stride) {
  return stride == static_cast<std::int64_t>(sizeof(T));
}

template <class From, class To>
void move_row(const std::byte* from_data, std::int64_t from_stride, std::byte* to_data,
              std::int64_t to_stride, std::int64_t n) {
  const From* from = reinterpret_cast<const From*>(from_data);
  To* to = reinterpret_cast<To*>(to_data);
  if (adjacent<To>(to_stride) && from_stride == 0) {
    std::fill_n(to, n, convert<To>(*from));
  } else if (adjacent<To>(to_stride) && adjacent<From>(from_stride)) {
    if constexpr (std::is_same_v<From, To>) {
      std::memcpy(to, from, static_cast<std::size_t>(n) * sizeof(To));
    } else {
      for (std::int64_t i = 0; i < n; ++i) to[i] = convert<To>(from[i]);
    }
  } else if (adjacent<To>(to_stride) && adjacent<From>(-from_stride)) {
    for (std::int64_t i = 0; i < n; ++i) to[i] = convert<To>(from[-i]);
  } else {
    for (std::int64_t i = 0; i < n; ++i) {
      *reinterpret_cast<To*>(to_data + i * to_stride) =
          convert<To>(*reinterpret_cast<const From*>(from_data + i * from_stride));
    }
  }
}

template <class From, class To>
void move_rows(const Block& from, const Block& to, std::int64_t rows, std::int64_t columns) {
  for (std::int64_t i = 0; i < rows; ++i) {
    move_row<From, To>(from.data + i * from.row_stride, from.column_stride,
                       to.data + i * to.row_stride, to.column_stride, columns);
  }
}

Block part(Block block, std::int64_t row, std::int64_t column) {
  block.data += row * block.row_stride + column * block.column_stride;
  return block;
}

bool tall(const Block& block) {
  return std::abs(block.column_stride) > std::abs(block.row_stride) && block.row_stride != 0;
}

void transpose(Block& block) { std::swap(block.row_stride, block.column_stride); }

#if defined(__SSE2__)
constexpr std::int64_t small_side = 4;

/// A square of four-byte elements whose columns are adjacent in `from` and whose rows are in `to`.
void transpose_small(const Block& from, const Block& to) {
  __m128 column[small_side];
  for (int j = 0; j < small_side; ++j) {
    column[j] = _mm_loadu_ps(reinterpret_cast<const float*>(from.data + j * from.column_stride));
  }
  _MM_TRANSPOSE4_PS(column[0], column[1], column[2], column[3]);
  for (int i = 0; i < small_side; ++i) {
    _mm_storeu_ps(reinterpret_cast<float*>(to.data + i * to.row_stride), column[i]);
  }
}
#endif

template <class From, class To>
void transpose_square(const Block& from, const Block& to, std::int64_t rows, std::int64_t columns) {
#if defined(__SSE2__)
  if constexpr (std::is_same_v<From, To> && sizeof(From) == 4) {
    if (adjacent<From>(from.row_stride) && adjacent<To>(to.column_stride)) {
      const std::int64_t whole_rows = rows / small_side * small_side;
      const std::int64_t whole_columns = columns / small_side * small_side;
      for (std::int64_t i = 0; i < whole_rows; i += small_side) {
        for (std::int64_t j = 0; j < whole_columns; j += small_side) {
          transpose_small(part(from, i, j), part(to, i, j));
        }
      }
      move_rows<From, To>(part(from, 0, whole_columns), part(to, 0, whole_columns), whole_rows,
                          columns - whole_columns);
      return move_rows<From, To>(part(from, whole_rows, 0), part(to, whole_rows, 0),
                                 rows - whole_rows, columns);
    }
  }
#endif
  move_rows<From, To>(from, to, rows, columns);
}

template <class From, class To>
void move_as(Block from, Block to, std::int64_t rows, std::int64_t columns) {
  if (tall(to)) {
    transpose(from);
    transpose(to);
    std::swap(rows, columns);
  }
  if (from.row_stride == columns * from.column_stride &&
      to.row_stride == columns * to.column_stride) {
    columns *= rows;
    rows = 1;
  }
  if (rows == 1 || !tall(from)) return move_rows<From, To>(from, to, rows, columns);
  // A transposition: by parts whose cache lines stay near, also when they all fall into one set.
  constexpr std::int64_t side = 16;
  constexpr std::int64_t lines_of_a_set = 8;
  for (std::int64_t i = 0; i < rows; i += side) {
    for (std::int64_t j = 0; j < columns; j += lines_of_a_set) {
      transpose_square<From, To>(part(from, i, j), part(to, i, j), std::min(side, rows - i),
                                 std::min(lines_of_a_set, columns - j));
    }
  }
}

/// Calls f.operator()<T>() with the type that elements of `dtype` have in memory.
template <class F>
void with_type(DType dtype, F f) {
  visit(dtype, [&]<class T>() {
    f.template operator()<std::conditional_t<std::is_same_v<T, bool>, Byte, T>>();
  });
}

}  // namespace

void move(Block from, Block to, std::int64_t rows, std::int64_t columns) {
  with_type(from.dtype, [&]<class From>() {
    with_type(to.dtype, [&]<class To>() { move_as<From, To>(from, to, rows, columns); });
  });
}

}  // namespace chronograd::detail
