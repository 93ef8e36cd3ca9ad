#include "chronograd/ops/celu.h"

#include <doctest/doctest.h>

#include <cmath>

#include "chronograd/graph/error.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/full.h"
#include "tests/ops/counted.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE_TEMPLATE("celu have their values, at infinities too, and keep NaN", T, float, double) {
  const Tensor x = row<T>({-inf<T>, 0, 2, inf<T>, nan<T>});
  CHECK(same_values(celu(x), row<T>({-1, 0, 2, inf<T>, nan<T>})));
  CHECK(celu(row<T>({-1}), 2).item() == doctest::Approx(2 * std::expm1(-0.5)));
  CHECK(celu(zeros({0, 2})).shape() == Shape{0, 2});
}

TEST_CASE("celu refuses bool and empty handles") {
  CHECK_THROWS_WITH_AS(celu(row({true})), Contains("celu: "), DTypeError);
  CHECK_THROWS_WITH_AS(celu(Tensor{}), Contains("an empty handle"), ValueError);
}

TEST_CASE("celu refuses an alpha that is not positive") {
  CHECK_THROWS_WITH_AS(
      celu(zeros({2}), 0),
      Contains("celu: alpha = 0.000000; it must be above 0 (tests/ops/celu_test.cpp:"), ValueError);
  CHECK_THROWS_AS(celu(zeros({2}), nan<double>), ValueError);
}

GRADIENT_CASE("celu", Smooth::no, [](Draw& draw) -> Trial {
  return {{draw.away_from_zero(draw.shape())}, [](auto x) { return celu(x[0], 1.5); }};
});

}  // namespace
}  // namespace chronograd
