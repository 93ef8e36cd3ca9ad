#include "chronograd/ops/expm1.h"

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

TEST_CASE_TEMPLATE("expm1 agrees with the standard library", T, float, double) {
  const auto exact = [](long double v) { return std::expm1(v); };
  const Tensor x = spread<T>(-20, 20);
  CHECK(ulps<T>(expm1(x), exact, x) <= 4);
}

TEST_CASE_TEMPLATE("expm1 keeps 0, NaN and infinities", T, float, double) {
  CHECK(same_values(expm1(row<T>({0, -inf<T>, inf<T>, nan<T>})), row<T>({0, -1, inf<T>, nan<T>})));
}

TEST_CASE("expm1 of nothing is nothing") {
  CHECK(expm1(zeros({3, 0})).shape() == Shape{3, 0});
  CHECK(expm1(zeros({0}, DType::f64)).values<double>().empty());
}

TEST_CASE("expm1 refuses integers, bool and empty handles") {
  CHECK_THROWS_WITH_AS(expm1(row({1, 2})),
                       Contains("expm1: a tensor of i32; it must be f32 or f64; cast it first "
                                "(tests/ops/expm1_test.cpp:"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(expm1(row<std::int64_t>({1})), Contains("expm1: a tensor of i64; "),
                       DTypeError);
  CHECK_THROWS_WITH_AS(expm1(row({true})), Contains("expm1: a tensor of bool; "), DTypeError);
  CHECK_THROWS_WITH_AS(expm1(Tensor{}), Contains("an empty handle"), ValueError);
}

GRADIENT_CASE("expm1", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.tensor(draw.shape())}, [](auto x) { return expm1(x[0]); }};
});

}  // namespace
}  // namespace chronograd
