#include "chronograd/ops/sin.h"

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

TEST_CASE_TEMPLATE("sin agrees with the standard library", T, float, double) {
  const auto exact = [](long double v) { return std::sin(v); };
  const Tensor x = spread<T>(-3.1, 3.1);
  CHECK(ulps<T>(sin(x), exact, x) <= 4);
}

TEST_CASE_TEMPLATE("sin is 0 at 0 and NaN at infinities", T, float, double) {
  CHECK(
      same_values(sin(row<T>({0, inf<T>, -inf<T>, nan<T>})), row<T>({0, nan<T>, nan<T>, nan<T>})));
}

TEST_CASE("sin of nothing is nothing") {
  CHECK(sin(zeros({3, 0})).shape() == Shape{3, 0});
  CHECK(sin(zeros({0}, DType::f64)).values<double>().empty());
}

TEST_CASE("sin refuses integers, bool and empty handles") {
  CHECK_THROWS_WITH_AS(sin(row({1, 2})),
                       Contains("sin: a tensor of i32; it must be f32 or f64; cast it first "
                                "(tests/ops/sin_test.cpp:"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(sin(row<std::int64_t>({1})), Contains("sin: a tensor of i64; "), DTypeError);
  CHECK_THROWS_WITH_AS(sin(row({true})), Contains("sin: a tensor of bool; "), DTypeError);
  CHECK_THROWS_WITH_AS(sin(Tensor{}), Contains("an empty handle"), ValueError);
}

GRADIENT_CASE("sin", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.tensor(draw.shape())}, [](auto x) { return sin(x[0]); }};
});

}  // namespace
}  // namespace chronograd
