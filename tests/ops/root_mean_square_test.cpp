#include "chronograd/ops/root_mean_square.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/sum.h"
#include "tests/ops/counted.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/reductions.h"
#include "tests/planning.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

Tensor op(const Tensor& x, std::span<const int> axes, bool keep) {
  return root_mean_square(x, axes, keep);
}

double plain(const std::vector<double>& x) {
  double squares = 0;
  for (const double v : x) squares += v * v;
  return std::sqrt(squares / static_cast<double>(x.size()));
}

TEST_CASE("random roots of means of squares of any layout agree with the plain one") {
  for (const DType dtype : {DType::f32, DType::f64}) {
    check_reduction(op, plain, dtype, 300);
    check_reduction(op, plain, dtype, 100, 0, 40);
  }
}

TEST_CASE("the root of the mean of squares is right for f32 numbers of any size") {
  for (const bool planned : {false, true}) {
    const Planning planning{planned};
    for (const float size : {1e-30f, 1e-20f, 1.f, 1e20f, 1e30f, 3e38f}) {
      CAPTURE(size);
      const Tensor x = row<float>({size, -size, size, -size});
      const Tape tape;
      const Tensor y = root_mean_square(x + 0, -1);
      const Tensor dx = gradient(y, x);
      evaluate(y, dx);
      CHECK(y.item() / static_cast<double>(size) == doctest::Approx(1));
      CHECK(dx.values<float>()[1] == doctest::Approx(-0.25));
    }
  }
}

TEST_CASE("the gradient of the root of no squares is 0, and so is its own") {
  const Tensor x = row<double>({0, 0});
  const Tape tape;
  const Tensor dx = gradient(root_mean_square(x), x);
  const Tensor ddx = gradient(sum(dx), x);
  CHECK(same_values(dx, row<double>({0, 0})));
  CHECK(same_values(ddx, row<double>({0, 0})));
}

TEST_CASE("root_mean_square refuses integers, bool and axes that are not there") {
  CHECK_THROWS_WITH_AS(
      root_mean_square(counted({2}, DType::i32)),
      Contains("root_mean_square: a tensor of i32; it must be f32 or f64; cast it first "
               "(tests/ops/root_mean_square_test.cpp:"),
      DTypeError);
  CHECK_THROWS_AS(root_mean_square(counted({2}, DType::boolean)), DTypeError);
  CHECK_THROWS_WITH_AS(root_mean_square(counted({2, 3}), -3),
                       Contains("root_mean_square: axis -3 of [2, 3]; it has 2 axes ("),
                       ShapeError);
}

GRADIENT_CASE("root_mean_square", Smooth::yes,
              [](Draw& draw) -> Trial { return reduction_trial(draw, op, 1); });

}  // namespace
}  // namespace chronograd
