#include "chronograd/ops/cos.h"

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

TEST_CASE_TEMPLATE("cos agrees with the standard library", T, float, double) {
  const auto exact = [](long double v) { return std::cos(v); };
  const Tensor x = spread<T>(-1.5, 1.5);
  CHECK(ulps<T>(cos(x), exact, x) <= 4);
}

TEST_CASE_TEMPLATE("cos is 1 at 0 and NaN at infinities", T, float, double) {
  CHECK(
      same_values(cos(row<T>({0, inf<T>, -inf<T>, nan<T>})), row<T>({1, nan<T>, nan<T>, nan<T>})));
}

TEST_CASE("cos of nothing is nothing") {
  CHECK(cos(zeros({3, 0})).shape() == Shape{3, 0});
  CHECK(cos(zeros({0}, DType::f64)).values<double>().empty());
}

TEST_CASE("cos refuses integers, bool and empty handles") {
  CHECK_THROWS_WITH_AS(cos(row({1, 2})),
                       Contains("cos: a tensor of i32; it must be f32 or f64; cast it first "
                                "(tests/ops/cos_test.cpp:"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(cos(row<std::int64_t>({1})), Contains("cos: a tensor of i64; "), DTypeError);
  CHECK_THROWS_WITH_AS(cos(row({true})), Contains("cos: a tensor of bool; "), DTypeError);
  CHECK_THROWS_WITH_AS(cos(Tensor{}), Contains("an empty handle"), ValueError);
}

GRADIENT_CASE("cos", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.tensor(draw.shape())}, [](auto x) { return cos(x[0]); }};
});

}  // namespace
}  // namespace chronograd
