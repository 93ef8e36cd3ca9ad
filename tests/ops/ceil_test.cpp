#include "chronograd/ops/ceil.h"

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

TEST_CASE_TEMPLATE("ceil agrees with the standard library", T, float, double) {
  const auto exact = [](long double v) { return std::ceil(v); };
  const Tensor x = spread<T>(-100.3, 100.4);
  CHECK(ulps<T>(ceil(x), exact, x) <= 0);
}

TEST_CASE_TEMPLATE(
    "ceil gives the smallest integer that is at least x, and keeps infinities and NaN", T, float,
    double) {
  CHECK(same_values(ceil(row<T>({1.5, -1.5, 0.25, 3, inf<T>, -inf<T>, nan<T>})),
                    row<T>({2, -1, 1, 3, inf<T>, -inf<T>, nan<T>})));
}

TEST_CASE("ceil of nothing is nothing") {
  CHECK(ceil(zeros({3, 0})).shape() == Shape{3, 0});
  CHECK(ceil(zeros({0}, DType::f64)).values<double>().empty());
}

TEST_CASE("ceil refuses integers, bool and empty handles") {
  CHECK_THROWS_WITH_AS(ceil(row({1, 2})),
                       Contains("ceil: a tensor of i32; it must be f32 or f64; cast it first "
                                "(tests/ops/ceil_test.cpp:"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(ceil(row<std::int64_t>({1})), Contains("ceil: a tensor of i64; "),
                       DTypeError);
  CHECK_THROWS_WITH_AS(ceil(row({true})), Contains("ceil: a tensor of bool; "), DTypeError);
  CHECK_THROWS_WITH_AS(ceil(Tensor{}), Contains("an empty handle"), ValueError);
}

GRADIENT_CASE("ceil", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.away_from_zero(draw.shape(), 0.05, 0.45)}, [](auto x) { return ceil(x[0]); }};
});

}  // namespace
}  // namespace chronograd
