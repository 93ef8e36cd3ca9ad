#pragma once

#include <cstdint>

namespace chronograd::detail {

/// The inner loops of reductions, over runs of memory, for the best instruction set of this
/// machine. T is float or double.
template <class T>
struct ReductionLoops {
  /// The sum of n numbers, in blocks; of f32 it overflows in no block.
  double (*sum)(const T* x, std::int64_t n);
  /// sums[j] += x[i * stride + j] over all rows i and columns j.
  void (*add_rows)(const T* x, std::int64_t stride, std::int64_t rows, std::int64_t columns,
                   double* sums);
  /// The same for the squares of the numbers, which are taken in f64: squares of f32 neither
  /// overflow nor vanish there.
  double (*sum_of_squares)(const T* x, std::int64_t n);
  void (*add_squares_of_rows)(const T* x, std::int64_t stride, std::int64_t rows,
                              std::int64_t columns, double* sums);
  /// The largest and the smallest of n numbers, n > 0; NaN if there is one.
  T (*maximum)(const T* x, std::int64_t n);
  T (*minimum)(const T* x, std::int64_t n);
  /// best[j] = the largest or smallest of itself and x[i * stride + j] over all rows i.
  void (*maximum_of_rows)(const T* x, std::int64_t stride, std::int64_t rows, std::int64_t columns,
                          T* best);
  void (*minimum_of_rows)(const T* x, std::int64_t stride, std::int64_t rows, std::int64_t columns,
                          T* best);
};

template <class T>
const ReductionLoops<T>& reduction_loops();
template <>
const ReductionLoops<float>& reduction_loops<float>();
template <>
const ReductionLoops<double>& reduction_loops<double>();

}  // namespace chronograd::detail
