#include "chronograd/ops/round.h"

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

TEST_CASE_TEMPLATE("round agrees with the standard library", T, float, double) {
  const auto exact = [](long double v) { return std::nearbyint(v); };
  const Tensor x = spread<T>(-100.3, 100.4);
  CHECK(ulps<T>(round(x), exact, x) <= 0);
}

TEST_CASE_TEMPLATE("round gives the integer nearest to x, and keeps infinities and NaN", T, float,
                   double) {
  CHECK(same_values(round(row<T>({1.5, 2.5, -0.5, 3.25, inf<T>, -inf<T>, nan<T>})),
                    row<T>({2, 2, 0, 3, inf<T>, -inf<T>, nan<T>})));
}

TEST_CASE("round of nothing is nothing") {
  CHECK(round(zeros({3, 0})).shape() == Shape{3, 0});
  CHECK(round(zeros({0}, DType::f64)).values<double>().empty());
}

TEST_CASE("round refuses integers, bool and empty handles") {
  CHECK_THROWS_WITH_AS(round(row({1, 2})),
                       Contains("round: a tensor of i32; it must be f32 or f64; cast it first "
                                "(tests/ops/round_test.cpp:"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(round(row<std::int64_t>({1})), Contains("round: a tensor of i64; "),
                       DTypeError);
  CHECK_THROWS_WITH_AS(round(row({true})), Contains("round: a tensor of bool; "), DTypeError);
  CHECK_THROWS_WITH_AS(round(Tensor{}), Contains("an empty handle"), ValueError);
}

GRADIENT_CASE("round", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.away_from_zero(draw.shape(), 0.05, 0.45)}, [](auto x) { return round(x[0]); }};
});

}  // namespace
}  // namespace chronograd
