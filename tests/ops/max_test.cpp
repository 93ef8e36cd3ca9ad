#include "chronograd/ops/max.h"

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

Tensor op(const Tensor& x, std::span<const int> axes, bool keep) { return max(x, axes, keep); }

double plain(const std::vector<double>& x) { return *std::max_element(x.begin(), x.end()); }

TEST_CASE("max finds the largest along any axes") {
  const Tensor x = Tensor::copy_of<float>({3, -1, 4, 1, -5, 9}, {2, 3});
  CHECK(same_values(max(x), Tensor::scalar(9)));
  CHECK(same_values(max(x, 0), Tensor::copy_of<float>({3, -1, 9}, {3})));
  CHECK(same_values(max(x, {-1}, true), Tensor::copy_of<float>({4, 9}, {2, 1})));
}

TEST_CASE("random maxima of any layout agree with the plain way, in every dtype") {
  for (const DType dtype : {DType::f32, DType::f64, DType::i32, DType::i64}) {
    check_reduction(op, plain, dtype, 400, 1);
    check_reduction(op, plain, dtype, 100, 1, 40);
  }
}

TEST_CASE("one NaN makes the maximum NaN, wherever it is") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const std::int64_t n : {1, 2, 5, 16, 50, 100}) {
    for (std::int64_t at = 0; at < n; ++at) {
      std::vector<float> numbers(static_cast<std::size_t>(n), 1);
      numbers[static_cast<std::size_t>(at)] = nan;
      const Tensor x = Tensor::copy_of(numbers, {n});
      CHECK(std::isnan(max(x).item()));
      CHECK(std::isnan(max(expand(reshape(x, {n, 1}), {n, 9}), 0).values<float>()[8]));
      CHECK(std::isnan(max(cast(x, DType::f64)).item()));
    }
  }
}

TEST_CASE("max knows infinity") {
  const double inf = std::numeric_limits<double>::infinity();
  CHECK(max(Tensor::copy_of<double>({-inf, 1, inf}, {3})).item() == inf);
  CHECK(max(Tensor::copy_of<double>({-inf, -inf}, {2})).item() == -inf);
}

TEST_CASE("equal elements share the gradient") {
  const Tape tape;
  const Tensor x = Tensor::copy_of<double>({2, 1, 2, 0, 3, 1}, {2, 3});
  const Tensor g = gradient(sum(max(x, 1)), x);
  CHECK(same_values(g, Tensor::copy_of<double>({0.5, 0, 0.5, 0, 1, 0}, {2, 3})));
}

TEST_CASE("max of nothing gives nothing, or is refused") {
  CHECK(max(counted({2, 0}), 0).shape() == Shape{0});
  CHECK_THROWS_WITH_AS(max(counted({2, 0}), 1),
                       Contains("max: [2, 0] along an axis of size 0; there must be at least one "
                                "element to choose from (tests/ops/max_test.cpp:"),
                       ShapeError);
  CHECK_THROWS_AS(max(counted({0})), ShapeError);
}

TEST_CASE("max refuses bool and axes that are not there") {
  CHECK_THROWS_WITH_AS(max(counted({2}, DType::boolean)),
                       Contains("max: a tensor of bool; it must be a number type; cast it "),
                       DTypeError);
  CHECK_THROWS_WITH_AS(max(counted({2, 3}), 5), Contains("max: axis 5 of [2, 3]; it has 2 axes ("),
                       ShapeError);
  CHECK_THROWS_WITH_AS(max(counted({2, 3}), {0, 0}),
                       Contains("max: axis 0 of [2, 3] twice; each axis may be given once ("),
                       ShapeError);
}

GRADIENT_CASE("max", Smooth::yes, [](Draw& draw) -> Trial { return reduction_trial(draw, op, 1); });

}  // namespace
}  // namespace chronograd
