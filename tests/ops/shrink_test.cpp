#include "chronograd/ops/shrink.h"

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

TEST_CASE_TEMPLATE(
    "thresholded_relu, hard_shrink and soft_shrink have their values, at infinities too, and keep "
    "NaN",
    T, float, double) {
  const Tensor x = row<T>({-inf<T>, -2, -0.5, 0, 0.5, 1, 2, inf<T>, nan<T>});
  CHECK(same_values(thresholded_relu(x), row<T>({0, 0, 0, 0, 0, 0, 2, inf<T>, nan<T>})));
  CHECK(same_values(thresholded_relu(x, -1), row<T>({0, 0, -0.5, 0, 0.5, 1, 2, inf<T>, nan<T>})));
  CHECK(same_values(hard_shrink(x), row<T>({-inf<T>, -2, 0, 0, 0, 1, 2, inf<T>, nan<T>})));
  CHECK(same_values(soft_shrink(x, 1), row<T>({-inf<T>, -1, 0, 0, 0, 0, 1, inf<T>, nan<T>})));
  CHECK(thresholded_relu(zeros({0, 2})).shape() == Shape{0, 2});
}

TEST_CASE("shrink refuses bool and empty handles") {
  CHECK_THROWS_WITH_AS(thresholded_relu(row({true})), Contains("thresholded_relu: "), DTypeError);
  CHECK_THROWS_WITH_AS(hard_shrink(row({true})), Contains("hard_shrink: "), DTypeError);
  CHECK_THROWS_WITH_AS(soft_shrink(row({true})), Contains("soft_shrink: "), DTypeError);
  CHECK_THROWS_WITH_AS(thresholded_relu(Tensor{}), Contains("an empty handle"), ValueError);
}

GRADIENT_CASE("shrink", Smooth::no, [](Draw& draw) -> Trial {
  return {{draw.away_from_zero(draw.shape())}, [](auto x) {
            return thresholded_relu(x[0], 0) + hard_shrink(x[0], 0.02) + soft_shrink(x[0], 0.03);
          }};
});

}  // namespace
}  // namespace chronograd
