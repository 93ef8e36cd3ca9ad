#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "tests/ops/reductions.h"

/// What tests of softmax and its relatives need: the plain way to do one row.
namespace chronograd::test {

using RowFunction = std::function<std::vector<double>(const std::vector<double>&)>;

inline double plain_logsumexp(const std::vector<double>& row) {
  const double largest = *std::max_element(row.begin(), row.end());
  if (std::isinf(largest)) return largest;
  double total = 0;
  for (const double x : row) total += std::exp(x - largest);
  return largest + std::log(total);
}

/// f of every row along an axis, in f64.
inline Tensor by_rows(const Tensor& x, int axis, const RowFunction& f) {
  const Tensor wide = cast(x, DType::f64);
  std::vector<double> y(wide.values<double>().begin(), wide.values<double>().end());
  const std::int64_t n = x.shape()[axis];
  std::int64_t step = 1;
  for (int k = x.shape().axis(axis) + 1; k < x.rank(); ++k) step *= x.shape()[k];
  for (std::int64_t start = 0; start < x.size(); ++start) {
    if (start / step % n != 0) continue;
    std::vector<double> row;
    for (std::int64_t k = 0; k < n; ++k)
      row.push_back(y[static_cast<std::size_t>(start + k * step)]);
    row = f(row);
    for (std::int64_t k = 0; k < n; ++k) {
      y[static_cast<std::size_t>(start + k * step)] = row[static_cast<std::size_t>(k)];
    }
  }
  return Tensor::adopt(std::move(y), x.shape());
}

/// The plain way and the op agree for random tensors of any layout with numbers up to `largest`.
inline void check_along_axes(const std::function<Tensor(const Tensor&, int)>& op,
                             const RowFunction& f, double largest) {
  Draw draw{static_cast<std::uint64_t>(largest)};
  for (int n = 0; n < 400; ++n) {
    const DType dtype = n % 2 == 0 ? DType::f32 : DType::f64;
    const Shape shape = draw.shape(1);
    const int axis = static_cast<int>(draw.below(2 * shape.rank())) - shape.rank();
    const Tape tape;
    const Tensor x = laid_out(draw, shape, dtype, -largest, largest);
    const Tensor y = op(x, axis).detach();
    CAPTURE(to_string(shape));
    CAPTURE(axis);
    REQUIRE(y.dtype() == dtype);
    const double tolerance = dtype == DType::f32 ? 2e-6 : 1e-12;
    REQUIRE(difference(y, by_rows(x.detach(), axis, f), tolerance) == "");
  }
}

}  // namespace chronograd::test
