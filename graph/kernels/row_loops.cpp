#include "chronograd/graph/kernels/row_loops.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>

#include "chronograd/graph/kernels/reduction_loops.h"

namespace chronograd::detail {
namespace {

template <class T, class Reduce>
void reduce(const void* in, void* out, std::int64_t rows, std::int64_t columns, Reduce reduce_row) {
  const T* row = static_cast<const T*>(in);
  T* result = static_cast<T*>(out);
  for (std::int64_t r = 0; r < rows; ++r, row += columns) {
    result[r] = static_cast<T>(reduce_row(row, columns));
  }
}

template <class T>
void sum(const void* in, const void*, void* out, std::int64_t rows, std::int64_t columns) {
  reduce<T>(in, out, rows, columns, reduction_loops<T>().sum);
}

template <class T>
void mean(const void* in, const void*, void* out, std::int64_t rows, std::int64_t columns) {
  reduce<T>(in, out, rows, columns, [loop = reduction_loops<T>().sum](const T* x, std::int64_t n) {
    return loop(x, n) / static_cast<double>(n);
  });
}

template <class T>
void mean_square(const void* in, const void*, void* out, std::int64_t rows, std::int64_t columns) {
  reduce<T>(in, out, rows, columns,
            [loop = reduction_loops<T>().sum_of_squares](const T* x, std::int64_t n) {
              return loop(x, n) / static_cast<double>(n);
            });
}

template <class T>
void root_mean_square(const void* in, const void*, void* out, std::int64_t rows,
                      std::int64_t columns) {
  reduce<T>(in, out, rows, columns,
            [loop = reduction_loops<T>().sum_of_squares](const T* x, std::int64_t n) {
              return std::sqrt(loop(x, n) / static_cast<double>(n));
            });
}

template <class T>
void maximum(const void* in, const void*, void* out, std::int64_t rows, std::int64_t columns) {
  reduce<T>(in, out, rows, columns, reduction_loops<T>().maximum);
}

template <class T>
void minimum(const void* in, const void*, void* out, std::int64_t rows, std::int64_t columns) {
  reduce<T>(in, out, rows, columns, reduction_loops<T>().minimum);
}

template <class T>
void repeat(const void* in, const void*, void* out, std::int64_t rows, std::int64_t columns) {
  // From the last row to the first, since they may be written where the numbers are.
  for (std::int64_t r = rows; r-- > 0;) {
    const T number = static_cast<const T*>(in)[r];
    std::fill_n(static_cast<T*>(out) + r * columns, columns, number);
  }
}

/// The return type is deduced so that an instruction without a line here does not compile.
template <Scalar op, class T>
constexpr auto entry() {
  if constexpr (op == Scalar::row_sum) return sum<T>;
  if constexpr (op == Scalar::row_mean) return mean<T>;
  if constexpr (op == Scalar::row_mean_square) return mean_square<T>;
  if constexpr (op == Scalar::row_root_mean_square) return root_mean_square<T>;
  if constexpr (op == Scalar::row_maximum) return maximum<T>;
  if constexpr (op == Scalar::row_minimum) return minimum<T>;
}

template <class T>
constexpr auto table = []<std::size_t... k>(std::index_sequence<k...>) {
  return std::array<RowLoop, sizeof...(k)>{
      entry<static_cast<Scalar>(elementwise_scalar_count + k), T>()...};
}
(std::make_index_sequence<scalar_count - elementwise_scalar_count>());

}  // namespace

RowLoop reducing_loop(Scalar op, DType dtype) {
  if (!reduces_rows(op) || !is_floating(dtype)) return nullptr;
  const std::size_t index = static_cast<std::size_t>(op) - elementwise_scalar_count;
  return dtype == DType::f32 ? table<float>[index] : table<double>[index];
}

RowLoop repeating_loop(DType dtype) { return dtype == DType::f32 ? repeat<float> : repeat<double>; }

}  // namespace chronograd::detail
