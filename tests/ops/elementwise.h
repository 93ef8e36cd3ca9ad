#pragma once

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <vector>

#include "chronograd/graph/tensor.h"

/// What the tests of elementwise ops share.
namespace chronograd::test {

template <class T>
constexpr T inf = std::numeric_limits<T>::infinity();
template <class T>
constexpr T nan = std::numeric_limits<T>::quiet_NaN();

/// A tensor with one axis.
template <Element T>
Tensor row(std::initializer_list<T> values) {
  return Tensor::copy_of(values, {static_cast<std::int64_t>(values.size())});
}

/// An odd number of numbers, evenly spaced from low to high, in two rows.
template <class T>
Tensor spread(double low, double high) {
  constexpr int n = 129;
  std::vector<T> values(2 * n);
  for (int i = 0; i < 2 * n; ++i) {
    values[static_cast<std::size_t>(i)] = static_cast<T>(low + (high - low) * i / (2 * n - 1));
  }
  return Tensor::adopt(std::move(values), {2, n});
}

/// The largest difference between y and f(x...), number by number, in units of the last place. The
/// tensors have one shape.
template <class T, class F, class... Xs>
double ulps(const Tensor& y, F f, const Xs&... xs) {
  const auto found = y.values<T>();
  double worst = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto exact =
        static_cast<long double>(f(static_cast<long double>(xs.template values<T>()[i])...));
    const T size = std::abs(static_cast<T>(exact));
    const T unit = std::nextafter(size, inf<T>) - size;
    const double error = static_cast<double>(std::abs(static_cast<long double>(found[i]) - exact) /
                                             static_cast<long double>(unit));
    worst = std::max(worst, std::isnan(error) ? inf<double> : error);
  }
  return found.empty() ? inf<double> : worst;
}

}  // namespace chronograd::test
