#include "chronograd/ops/rsqrt.h"

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

TEST_CASE_TEMPLATE("rsqrt is 1 over the square root", T, float, double) {
  const auto exact = [](long double v) { return 1 / std::sqrt(v); };
  const Tensor x = spread<T>(0.01, 1000);
  CHECK(ulps<T>(rsqrt(x), exact, x) <= 2);
}

TEST_CASE_TEMPLATE("rsqrt is inf at 0, NaN below, and keeps NaN", T, float, double) {
  CHECK(same_values(rsqrt(row<T>({0, 1, 4, inf<T>, -1, nan<T>})),
                    row<T>({inf<T>, 1, 0.5, 0, nan<T>, nan<T>})));
}

TEST_CASE("rsqrt of nothing is nothing") {
  CHECK(rsqrt(zeros({3, 0})).shape() == Shape{3, 0});
  CHECK(rsqrt(zeros({0}, DType::f64)).values<double>().empty());
}

TEST_CASE("rsqrt refuses integers, bool and empty handles") {
  CHECK_THROWS_WITH_AS(rsqrt(row({1, 2})),
                       Contains("rsqrt: a tensor of i32; it must be f32 or f64; cast it first "
                                "(tests/ops/rsqrt_test.cpp:"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(rsqrt(row<std::int64_t>({1})), Contains("rsqrt: a tensor of i64; "),
                       DTypeError);
  CHECK_THROWS_WITH_AS(rsqrt(row({true})), Contains("rsqrt: a tensor of bool; "), DTypeError);
  CHECK_THROWS_WITH_AS(rsqrt(Tensor{}), Contains("an empty handle"), ValueError);
}

GRADIENT_CASE("rsqrt", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.tensor(draw.shape(), 0.3, 3)}, [](auto x) { return rsqrt(x[0]); }};
});

}  // namespace
}  // namespace chronograd
