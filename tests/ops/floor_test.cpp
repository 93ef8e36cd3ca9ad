#include "chronograd/ops/floor.h"

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

TEST_CASE_TEMPLATE("floor agrees with the standard library", T, float, double) {
  const auto exact = [](long double v) { return std::floor(v); };
  const Tensor x = spread<T>(-100.3, 100.4);
  CHECK(ulps<T>(floor(x), exact, x) <= 0);
}

TEST_CASE_TEMPLATE(
    "floor gives the largest integer that is at most x, and keeps infinities and NaN", T, float,
    double) {
  CHECK(same_values(floor(row<T>({1.5, -1.5, -0.25, 3, inf<T>, -inf<T>, nan<T>})),
                    row<T>({1, -2, -1, 3, inf<T>, -inf<T>, nan<T>})));
}

TEST_CASE("floor of nothing is nothing") {
  CHECK(floor(zeros({3, 0})).shape() == Shape{3, 0});
  CHECK(floor(zeros({0}, DType::f64)).values<double>().empty());
}

TEST_CASE("floor refuses integers, bool and empty handles") {
  CHECK_THROWS_WITH_AS(floor(row({1, 2})),
                       Contains("floor: a tensor of i32; it must be f32 or f64; cast it first "
                                "(tests/ops/floor_test.cpp:"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(floor(row<std::int64_t>({1})), Contains("floor: a tensor of i64; "),
                       DTypeError);
  CHECK_THROWS_WITH_AS(floor(row({true})), Contains("floor: a tensor of bool; "), DTypeError);
  CHECK_THROWS_WITH_AS(floor(Tensor{}), Contains("an empty handle"), ValueError);
}

GRADIENT_CASE("floor", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.away_from_zero(draw.shape(), 0.05, 0.45)}, [](auto x) { return floor(x[0]); }};
});

}  // namespace
}  // namespace chronograd
