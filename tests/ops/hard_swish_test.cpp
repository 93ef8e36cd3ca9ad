#include "chronograd/ops/hard_swish.h"

#include <doctest/doctest.h>

#include <cmath>

#include "chronograd/graph/error.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/mul.h"
#include "tests/ops/counted.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE_TEMPLATE(
    "hard_swish, hard_tanh and relu6 have their values, at infinities too, and keep NaN", T, float,
    double) {
  const Tensor x = row<T>({-inf<T>, -3, -1.5, 0, 1.5, 3, 9, inf<T>, nan<T>});
  CHECK(same_values(hard_swish(x), row<T>({0, 0, T{-0.375}, 0, T{1.125}, 3, 9, inf<T>, nan<T>})));
  CHECK(same_values(hard_tanh(x), row<T>({-1, -1, -1, 0, 1, 1, 1, 1, nan<T>})));
  CHECK(same_values(hard_tanh(x, -2, 5), row<T>({-2, -2, T{-1.5}, 0, T{1.5}, 3, 5, 5, nan<T>})));
  CHECK(same_values(relu6(x), row<T>({0, 0, 0, 0, T{1.5}, 3, 6, 6, nan<T>})));
  CHECK(hard_swish(zeros({0, 2})).shape() == Shape{0, 2});
}

TEST_CASE("hard_swish refuses bool and empty handles") {
  CHECK_THROWS_WITH_AS(hard_swish(row({true})), Contains("hard_swish: "), DTypeError);
  CHECK_THROWS_WITH_AS(hard_tanh(row({true})), Contains("hard_tanh: "), DTypeError);
  CHECK_THROWS_WITH_AS(relu6(row({true})), Contains("relu6: "), DTypeError);
  CHECK_THROWS_WITH_AS(hard_swish(Tensor{}), Contains("an empty handle"), ValueError);
}

GRADIENT_CASE("hard_swish", Smooth::no, [](Draw& draw) -> Trial {
  const Tensor x = draw.away_from_zero(draw.shape(), 0.05, 0.9);
  return {{x}, [](auto in) { return hard_swish(in[0] * 3.1) + hard_tanh(in[0]) + relu6(in[0]); }};
});

}  // namespace
}  // namespace chronograd
