#include "chronograd/ops/mean.h"

#include <doctest/doctest.h>

#include <limits>
#include <numeric>
#include <vector>

#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/mul.h"
#include "tests/ops/counted.h"
#include "tests/ops/reductions.h"
#include "tests/planning.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

Tensor op(const Tensor& x, std::span<const int> axes, bool keep) { return mean(x, axes, keep); }

double plain(const std::vector<double>& x) {
  return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
}

TEST_CASE("mean averages along any axes") {
  const Tensor x = counted({2, 3});
  CHECK(same_values(mean(x), Tensor::scalar(2.5)));
  CHECK(same_values(mean(x, 0), Tensor::copy_of<float>({1.5, 2.5, 3.5}, {3})));
  CHECK(same_values(mean(x, {-1}, true), Tensor::copy_of<float>({1, 4}, {2, 1})));
}

TEST_CASE("random means of any layout agree with the plain mean") {
  for (const DType dtype : {DType::f32, DType::f64}) {
    check_reduction(op, plain, dtype, 400);
    check_reduction(op, plain, dtype, 100, 0, 40);
  }
}

TEST_CASE("the mean of nothing is NaN") {
  const Tensor means = mean(counted({0, 2}), 0);
  CHECK(means.shape() == Shape{2});
  for (const float value : means.values<float>()) CHECK(std::isnan(value));
  CHECK(std::isnan(mean(counted({0}, DType::f64)).item()));
  CHECK(mean(counted({0, 2}), 1).shape() == Shape{0});
}

TEST_CASE("numbers whose sum would overflow have a mean") {
  const float large = std::numeric_limits<float>::max();
  CHECK(mean(Tensor::copy_of<float>({large, large, large}, {3})).item() == large);
  const Tensor many = full({2000, 40}, large);
  for (const int axis : {0, 1}) {
    for (const bool planned : {false, true}) {
      const Planning planning{planned};
      const Tape tape;
      const Tensor means = mean(many * 1, axis);
      for (const float value : means.values<float>()) CHECK(value == large);
    }
  }
  CHECK(mean(full({4096}, large)).item() == large);
}

TEST_CASE("mean refuses integers, bool and axes that are not there") {
  CHECK_THROWS_WITH_AS(mean(counted({2}, DType::i32)),
                       Contains("mean: a tensor of i32; it must be f32 or f64; cast it first "
                                "(tests/ops/mean_test.cpp:"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(mean(counted({2}, DType::boolean)), Contains("mean: a tensor of bool; it "),
                       DTypeError);
  CHECK_THROWS_WITH_AS(mean(counted({2, 3}), -3),
                       Contains("mean: axis -3 of [2, 3]; it has 2 axes ("), ShapeError);
}

GRADIENT_CASE("mean", Smooth::yes,
              [](Draw& draw) -> Trial { return reduction_trial(draw, op, 1); });

}  // namespace
}  // namespace chronograd
