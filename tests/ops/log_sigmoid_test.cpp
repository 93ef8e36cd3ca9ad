#include "chronograd/ops/log_sigmoid.h"

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

TEST_CASE_TEMPLATE("log_sigmoid have their values, at infinities too, and keep NaN", T, float,
                   double) {
  const Tensor x = row<T>({-inf<T>, -1000, 1000, inf<T>, nan<T>});
  CHECK(same_values(log_sigmoid(x), row<T>({-inf<T>, -1000, 0, 0, nan<T>})));
  CHECK(log_sigmoid(row<T>({1})).item() == doctest::Approx(-std::log1p(std::exp(-1.))));
  CHECK(log_sigmoid(zeros({0, 2})).shape() == Shape{0, 2});
}

TEST_CASE("log_sigmoid refuses bool and empty handles") {
  CHECK_THROWS_WITH_AS(log_sigmoid(row({true})), Contains("log_sigmoid: "), DTypeError);
  CHECK_THROWS_WITH_AS(log_sigmoid(Tensor{}), Contains("an empty handle"), ValueError);
}

GRADIENT_CASE("log_sigmoid", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.tensor(draw.shape())}, [](auto x) { return log_sigmoid(x[0]); }};
});

}  // namespace
}  // namespace chronograd
