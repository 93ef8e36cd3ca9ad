#include "chronograd/ops/log1p.h"

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

TEST_CASE_TEMPLATE("log1p agrees with the standard library", T, float, double) {
  const auto exact = [](long double v) { return std::log1p(v); };
  const Tensor x = spread<T>(-0.99, 1000);
  CHECK(ulps<T>(log1p(x), exact, x) <= 4);
}

TEST_CASE_TEMPLATE("log1p is -inf at -1, NaN below, and keeps NaN", T, float, double) {
  CHECK(same_values(log1p(row<T>({0, -1, -2, inf<T>, nan<T>})),
                    row<T>({0, -inf<T>, nan<T>, inf<T>, nan<T>})));
}

TEST_CASE("log1p of nothing is nothing") {
  CHECK(log1p(zeros({3, 0})).shape() == Shape{3, 0});
  CHECK(log1p(zeros({0}, DType::f64)).values<double>().empty());
}

TEST_CASE("log1p refuses integers, bool and empty handles") {
  CHECK_THROWS_WITH_AS(log1p(row({1, 2})),
                       Contains("log1p: a tensor of i32; it must be f32 or f64; cast it first "
                                "(tests/ops/log1p_test.cpp:"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(log1p(row<std::int64_t>({1})), Contains("log1p: a tensor of i64; "),
                       DTypeError);
  CHECK_THROWS_WITH_AS(log1p(row({true})), Contains("log1p: a tensor of bool; "), DTypeError);
  CHECK_THROWS_WITH_AS(log1p(Tensor{}), Contains("an empty handle"), ValueError);
}

GRADIENT_CASE("log1p", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.tensor(draw.shape(), -0.7, 3)}, [](auto x) { return log1p(x[0]); }};
});

}  // namespace
}  // namespace chronograd
