#include "chronograd/ops/silu.h"

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

TEST_CASE_TEMPLATE("silu is x sigmoid(x)", T, float, double) {
  const auto exact = [](long double v) { return v / (1 + std::exp(-v)); };
  const Tensor x = spread<T>(-20, 20);
  CHECK(ulps<T>(silu(x), exact, x) <= 6);
}

TEST_CASE_TEMPLATE("silu goes to 0 and to x, and keeps NaN", T, float, double) {
  CHECK(same_values(silu(row<T>({0, 10000, -10000, inf<T>, nan<T>})),
                    row<T>({0, 10000, 0, inf<T>, nan<T>})));
}

TEST_CASE("silu of nothing is nothing") {
  CHECK(silu(zeros({3, 0})).shape() == Shape{3, 0});
  CHECK(silu(zeros({0}, DType::f64)).values<double>().empty());
}

TEST_CASE("silu refuses integers, bool and empty handles") {
  CHECK_THROWS_WITH_AS(silu(row({1, 2})),
                       Contains("silu: a tensor of i32; it must be f32 or f64; cast it first "
                                "(tests/ops/silu_test.cpp:"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(silu(row<std::int64_t>({1})), Contains("silu: a tensor of i64; "),
                       DTypeError);
  CHECK_THROWS_WITH_AS(silu(row({true})), Contains("silu: a tensor of bool; "), DTypeError);
  CHECK_THROWS_WITH_AS(silu(Tensor{}), Contains("an empty handle"), ValueError);
}

GRADIENT_CASE("silu", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.tensor(draw.shape())}, [](auto x) { return silu(x[0]); }};
});

}  // namespace
}  // namespace chronograd
