#include "chronograd/graph/kernels/row_loops.h"

#include <algorithm>
#include <cmath>

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

template <class T>
RowLoop loop_of(Scalar op) {
  switch (op) {
    case Scalar::row_sum:
      return sum<T>;
    case Scalar::row_mean:
      return mean<T>;
    case Scalar::row_mean_square:
      return mean_square<T>;
    case Scalar::row_root_mean_square:
      return root_mean_square<T>;
    case Scalar::row_maximum:
      return maximum<T>;
    case Scalar::row_minimum:
      return minimum<T>;
    default:
      return nullptr;
  }
}

}  // namespace

RowLoop reducing_loop(Scalar op, DType dtype) {
  if (dtype == DType::f32) return loop_of<float>(op);
  return dtype == DType::f64 ? loop_of<double>(op) : nullptr;
}

RowLoop repeating_loop(DType dtype) { return dtype == DType::f32 ? repeat<float> : repeat<double>; }

}  // namespace chronograd::detail
