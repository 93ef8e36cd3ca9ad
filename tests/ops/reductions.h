#pragma once

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "chronograd/graph/tape.h"
#include "tests/ops/laid_out.h"

/// What tests of reductions need: the plain way to do one.
namespace chronograd::test {

/// Of all the numbers that become one, in row-major order.
using Reducer = std::function<double(const std::vector<double>&)>;
using Reduction = std::function<Tensor(const Tensor&, std::span<const int>, bool)>;

/// The result of a reduction in f64.
inline Tensor reduced(const Tensor& x, std::span<const int> axes, bool keep, const Reducer& f) {
  std::vector<bool> goes(static_cast<std::size_t>(x.rank()), false);
  for (const int axis : axes) goes[static_cast<std::size_t>(x.shape().axis(axis))] = true;
  std::vector<std::int64_t> sizes;
  std::int64_t results = 1;
  for (int axis = 0; axis < x.rank(); ++axis) {
    const bool gone = goes[static_cast<std::size_t>(axis)];
    if (!gone) results *= x.shape()[axis];
    if (!gone || keep) sizes.push_back(gone ? 1 : x.shape()[axis]);
  }
  std::vector<std::vector<double>> groups(static_cast<std::size_t>(results));
  const Tensor wide = cast(x, DType::f64);
  for (std::int64_t n = 0; n < x.size(); ++n) {
    std::int64_t rest = n, result = 0, step = 1;
    for (int axis = x.rank() - 1; axis >= 0; --axis) {
      const std::int64_t index = rest % x.shape()[axis];
      rest /= x.shape()[axis];
      if (goes[static_cast<std::size_t>(axis)]) continue;
      result += index * step;
      step *= x.shape()[axis];
    }
    groups[static_cast<std::size_t>(result)].push_back(
        wide.values<double>()[static_cast<std::size_t>(n)]);
  }
  std::vector<double> values;
  for (const auto& group : groups) values.push_back(f(group));
  return Tensor::adopt(std::move(values), Shape(std::span<const std::int64_t>(sizes)));
}

/// How y differs from the numbers expected; empty when it does not. NaN equals NaN.
inline std::string difference(const Tensor& y, const Tensor& expected, double tolerance) {
  if (y.shape() != expected.shape()) {
    return "the shape is " + to_string(y.shape()) + ", not " + to_string(expected.shape());
  }
  const Tensor wide = cast(y, DType::f64);
  for (std::size_t k = 0; k < wide.values<double>().size(); ++k) {
    const double a = wide.values<double>()[k];
    const double b = expected.values<double>()[k];
    if (a == b || (std::isnan(a) && std::isnan(b))) continue;
    if (!(std::abs(a - b) <= tolerance * (1 + std::abs(b)))) {
      return "element " + std::to_string(k) + " is " + std::to_string(a) + ", not " +
             std::to_string(b);
    }
  }
  return "";
}

inline std::vector<int> random_axes(Draw& draw, int rank) {
  std::vector<int> axes;
  for (int axis = 0; axis < rank; ++axis) {
    if (draw.coin()) axes.push_back(draw.coin() ? axis : axis - rank);
  }
  return axes;
}

/// The plain way and the op agree for `count` random tensors of any rank, layout and axes.
inline void check_reduction(const Reduction& op, const Reducer& f, DType dtype, int count,
                            std::int64_t min_size = 0, std::int64_t factor = 1) {
  const double tolerance = dtype == DType::f32 ? 2e-6 : 1e-13;
  Draw draw{static_cast<std::uint64_t>(dtype)};
  for (int n = 0; n < count; ++n) {
    Shape shape = draw.shape(0, 4, min_size);
    if (shape.rank() > 0) {
      const int axis = static_cast<int>(draw.below(shape.rank()));
      shape = shape.with(axis, factor * shape[axis]);
    }
    const std::vector<int> axes = random_axes(draw, shape.rank());
    const bool keep = draw.coin();
    const Tape tape;
    const Tensor x = laid_out(draw, shape, dtype, -9, 9);
    const Tensor y = op(x, axes, keep).detach();
    CAPTURE(to_string(shape));
    REQUIRE(y.dtype() == dtype);
    REQUIRE(difference(y, reduced(x.detach(), axes, keep, f), tolerance) == "");
  }
}

/// A trial of a reduction over random axes of numbers no two of which are equal.
inline Trial reduction_trial(Draw& draw, const Reduction& op, std::int64_t min_size = 0) {
  const Shape shape = draw.shape(0, 4, min_size);
  return {{draw.distinct(shape)},
          [op, axes = random_axes(draw, shape.rank()), keep = draw.coin()](auto x) {
            return op(x[0], axes, keep);
          }};
}

}  // namespace chronograd::test
