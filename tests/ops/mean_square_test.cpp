#include "chronograd/ops/mean_square.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/reshape.h"
#include "tests/ops/counted.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/reductions.h"
#include "tests/planning.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

Tensor op(const Tensor& x, std::span<const int> axes, bool keep) {
  return mean_square(x, axes, keep);
}

double plain(const std::vector<double>& x) {
  double squares = 0;
  for (const double v : x) squares += v * v;
  return squares / static_cast<double>(x.size());
}

TEST_CASE("random means of squares of any layout agree with the plain one") {
  for (const DType dtype : {DType::f32, DType::f64}) {
    check_reduction(op, plain, dtype, 300);
    check_reduction(op, plain, dtype, 100, 0, 40);
  }
}

TEST_CASE("a mean of squares is right where a single square would overflow") {
  const float large = 2e19f;  // its square is 4e38
  for (const bool planned : {false, true}) {
    const Planning planning{planned};
    const Tensor x = row<float>({large, 0, 0, 0});
    const Tape tape;
    const Tensor y = mean_square(x + 0, -1);
    const Tensor columns = mean_square(reshape(x, {4, 1}) * full({1, 3}, 1), 0);
    const Tensor dx = gradient(y, x);
    evaluate(y, columns, dx);
    CHECK(y.item() == doctest::Approx(1e38));
    CHECK(columns.values<float>()[1] == doctest::Approx(1e38));
    CHECK(dx.values<float>()[0] == doctest::Approx(1e19));
  }
}

TEST_CASE("the mean of the squares of nothing is NaN") {
  CHECK(std::isnan(mean_square(counted({0}, DType::f64)).item()));
  CHECK(mean_square(counted({0, 2}), 1).shape() == Shape{0});
}

TEST_CASE("mean_square refuses integers, bool and axes that are not there") {
  CHECK_THROWS_WITH_AS(
      mean_square(counted({2}, DType::i32)),
      Contains("mean_square: a tensor of i32; it must be f32 or f64; cast it first "
               "(tests/ops/mean_square_test.cpp:"),
      DTypeError);
  CHECK_THROWS_AS(mean_square(counted({2}, DType::boolean)), DTypeError);
  CHECK_THROWS_WITH_AS(mean_square(counted({2, 3}), -3),
                       Contains("mean_square: axis -3 of [2, 3]; it has 2 axes ("), ShapeError);
}

GRADIENT_CASE("mean_square", Smooth::yes,
              [](Draw& draw) -> Trial { return reduction_trial(draw, op, 1); });

}  // namespace
}  // namespace chronograd
