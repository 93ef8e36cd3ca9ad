#include "chronograd/ops/reciprocal.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>

#include "chronograd/graph/error.h"
#include "chronograd/ops/full.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE_TEMPLATE("reciprocal is 1 / x", T, float, double) {
  const auto exact = [](long double v) { return 1 / v; };
  const Tensor x = spread<T>(0.01, 1000);
  CHECK(ulps<T>(reciprocal(x), exact, x) <= 0.5);
}

TEST_CASE_TEMPLATE("reciprocal is inf at 0 and 0 at inf, and keeps NaN", T, float, double) {
  CHECK(same_values(reciprocal(row<T>({0, 2, -4, inf<T>, nan<T>})),
                    row<T>({inf<T>, 0.5, -0.25, 0, nan<T>})));
}

TEST_CASE("reciprocal of nothing is nothing") {
  CHECK(reciprocal(zeros({3, 0})).shape() == Shape{3, 0});
  CHECK(reciprocal(zeros({0}, DType::f64)).values<double>().empty());
}

TEST_CASE("reciprocal refuses integers, bool and empty handles") {
  CHECK_THROWS_WITH_AS(reciprocal(row({1, 2})),
                       Contains("reciprocal: a tensor of i32; it must be f32 or f64; cast it first "
                                "(tests/ops/reciprocal_test.cpp:"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(reciprocal(row<std::int64_t>({1})),
                       Contains("reciprocal: a tensor of i64; "), DTypeError);
  CHECK_THROWS_WITH_AS(reciprocal(row({true})), Contains("reciprocal: a tensor of bool; "),
                       DTypeError);
  CHECK_THROWS_WITH_AS(reciprocal(Tensor{}), Contains("an empty handle"), ValueError);
}

GRADIENT_CASE("reciprocal", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.away_from_zero(draw.shape(), 0.3)}, [](auto x) { return reciprocal(x[0]); }};
});

}  // namespace
}  // namespace chronograd
