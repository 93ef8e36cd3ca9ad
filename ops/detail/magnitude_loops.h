#pragma once

#include <cstdint>

namespace chronograd::detail {

/// Loops over runs of memory that look at how large numbers are, for the best instruction set of
/// this machine. T is float or double.
template <class T>
struct MagnitudeLoops {
  /// The sum of the squares of n numbers times `scale`, in f64.
  double (*sum_of_squares)(const T* x, std::int64_t n, double scale);
  /// Whether none of n numbers is infinite or NaN.
  bool (*all_finite)(const T* x, std::int64_t n);
};

template <class T>
const MagnitudeLoops<T>& magnitude_loops();
template <>
const MagnitudeLoops<float>& magnitude_loops<float>();
template <>
const MagnitudeLoops<double>& magnitude_loops<double>();

}  // namespace chronograd::detail
