#include "chronograd/ops/min.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/ops/sum.h"
#include "tests/ops/counted.h"
#include "tests/ops/reductions.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

Tensor op(const Tensor& x, std::span<const int> axes, bool keep) { return min(x, axes, keep); }

double plain(const std::vector<double>& x) { return *std::min_element(x.begin(), x.end()); }

TEST_CASE("min finds the smallest along any axes") {
  const Tensor x = Tensor::copy_of<float>({3, -1, 4, 1, -5, 9}, {2, 3});
  CHECK(same_values(min(x), Tensor::scalar(-5)));
  CHECK(same_values(min(x, 0), Tensor::copy_of<float>({1, -5, 4}, {3})));
  CHECK(same_values(min(x, {-1}, true), Tensor::copy_of<float>({-1, -5}, {2, 1})));
}

TEST_CASE("random minima of any layout agree with the plain way, in every dtype") {
  for (const DType dtype : {DType::f32, DType::f64, DType::i32, DType::i64}) {
    check_reduction(op, plain, dtype, 400, 1);
    check_reduction(op, plain, dtype, 100, 1, 40);
  }
}

TEST_CASE("one NaN makes the minimum NaN, wherever it is") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const std::int64_t n : {1, 2, 5, 16, 50, 100}) {
    for (std::int64_t at = 0; at < n; ++at) {
      std::vector<float> numbers(static_cast<std::size_t>(n), 1);
      numbers[static_cast<std::size_t>(at)] = nan;
      const Tensor x = Tensor::copy_of(numbers, {n});
      CHECK(std::isnan(min(x).item()));
      CHECK(std::isnan(min(expand(reshape(x, {n, 1}), {n, 9}), 0).values<float>()[8]));
      CHECK(std::isnan(min(cast(x, DType::f64)).item()));
    }
  }
}

TEST_CASE("min knows infinity") {
  const double inf = std::numeric_limits<double>::infinity();
  CHECK(min(Tensor::copy_of<double>({-inf, 1, inf}, {3})).item() == -inf);
  CHECK(min(Tensor::copy_of<double>({inf, inf}, {2})).item() == inf);
}

TEST_CASE("equal elements share the gradient") {
  const Tape tape;
  const Tensor x = Tensor::copy_of<double>({1, 2, 1, 4, 3, 4}, {2, 3});
  const Tensor g = gradient(sum(min(x, 1)), x);
  CHECK(same_values(g, Tensor::copy_of<double>({0.5, 0, 0.5, 0, 1, 0}, {2, 3})));
}

TEST_CASE("min of nothing gives nothing, or is refused") {
  CHECK(min(counted({2, 0}), 0).shape() == Shape{0});
  CHECK_THROWS_WITH_AS(min(counted({2, 0}), 1),
                       Contains("min: [2, 0] along an axis of size 0; there must be at least one "
                                "element to choose from (tests/ops/min_test.cpp:"),
                       ShapeError);
  CHECK_THROWS_AS(min(counted({0})), ShapeError);
}

TEST_CASE("min refuses bool and axes that are not there") {
  CHECK_THROWS_WITH_AS(min(counted({2}, DType::boolean)),
                       Contains("min: a tensor of bool; it must be a number type; cast it "),
                       DTypeError);
  CHECK_THROWS_WITH_AS(min(counted({2, 3}), 5), Contains("min: axis 5 of [2, 3]; it has 2 axes ("),
                       ShapeError);
  CHECK_THROWS_WITH_AS(min(counted({2, 3}), {0, 0}),
                       Contains("min: axis 0 of [2, 3] twice; each axis may be given once ("),
                       ShapeError);
}

GRADIENT_CASE("min", Smooth::yes, [](Draw& draw) -> Trial { return reduction_trial(draw, op, 1); });

}  // namespace
}  // namespace chronograd
