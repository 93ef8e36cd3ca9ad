#include "chronograd/ops/erf.h"

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

TEST_CASE_TEMPLATE("erf agrees with the standard library", T, float, double) {
  const auto exact = [](long double v) { return std::erf(v); };
  const Tensor x = spread<T>(-5, 5);
  CHECK(ulps<T>(erf(x), exact, x) <= 4);
}

TEST_CASE_TEMPLATE("erf is 0 at 0, goes to -1 and 1, and keeps NaN", T, float, double) {
  CHECK(same_values(erf(row<T>({0, -10000, 10000, -inf<T>, inf<T>, nan<T>})),
                    row<T>({0, -1, 1, -1, 1, nan<T>})));
}

TEST_CASE("erf of nothing is nothing") {
  CHECK(erf(zeros({3, 0})).shape() == Shape{3, 0});
  CHECK(erf(zeros({0}, DType::f64)).values<double>().empty());
}

TEST_CASE("erf refuses integers, bool and empty handles") {
  CHECK_THROWS_WITH_AS(erf(row({1, 2})),
                       Contains("erf: a tensor of i32; it must be f32 or f64; cast it first "
                                "(tests/ops/erf_test.cpp:"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(erf(row<std::int64_t>({1})), Contains("erf: a tensor of i64; "), DTypeError);
  CHECK_THROWS_WITH_AS(erf(row({true})), Contains("erf: a tensor of bool; "), DTypeError);
  CHECK_THROWS_WITH_AS(erf(Tensor{}), Contains("an empty handle"), ValueError);
}

GRADIENT_CASE("erf", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.tensor(draw.shape())}, [](auto x) { return erf(x[0]); }};
});

}  // namespace
}  // namespace chronograd
