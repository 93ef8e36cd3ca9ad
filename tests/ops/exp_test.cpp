#include "chronograd/ops/exp.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>

#include "chronograd/graph/error.h"
#include "chronograd/ops/full.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"
#include "tests/ops/on_onednn.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE_TEMPLATE("exp agrees with the standard library", T, float, double) {
  const Tensor x = spread<T>(-80, 80);
  CHECK(exp(x).shape() == x.shape());
  CHECK(ulps<T>(
            exp(x), [](long double v) { return std::exp(v); }, x) <= allowed<T>(2, 6));
}

TEST_CASE_TEMPLATE("exp is exact at 0, goes to 0 and inf, and keeps NaN", T, float, double) {
  const T i = inf<T>;
  const T of_nan = on_onednn<T>() ? i : nan<T>;  // oneDNN loses NaN
  CHECK(
      same_values(exp(row<T>({0, -i, i, 10000, -10000, nan<T>})), row<T>({1, 0, i, i, 0, of_nan})));
}

TEST_CASE("exp of nothing is nothing") {
  CHECK(exp(zeros({3, 0})).shape() == Shape{3, 0});
  CHECK(exp(zeros({0}, DType::f64)).values<double>().empty());
}

TEST_CASE("exp refuses integers, bool and empty handles") {
  CHECK_THROWS_WITH_AS(exp(row({1, 2})),
                       Contains("exp: a tensor of i32; it must be f32 or f64; cast it first "
                                "(tests/ops/exp_test.cpp:"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(exp(row<std::int64_t>({1})), Contains("exp: a tensor of i64; "), DTypeError);
  CHECK_THROWS_WITH_AS(exp(row({true})), Contains("exp: a tensor of bool; "), DTypeError);
  CHECK_THROWS_WITH_AS(exp(Tensor{}), Contains("an empty handle"), ValueError);
}

GRADIENT_CASE("exp", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.tensor(draw.shape())}, [](auto x) { return exp(x[0]); }};
});

}  // namespace
}  // namespace chronograd
