#include "chronograd/ops/sigmoid.h"

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

TEST_CASE_TEMPLATE("sigmoid is 1 / (1 + e^-x)", T, float, double) {
  const auto exact = [](long double v) { return 1 / (1 + std::exp(-v)); };
  const Tensor x = spread<T>(-80, 80);
  CHECK(ulps<T>(sigmoid(x), exact, x) <= allowed<T>(4, 6));
}

TEST_CASE_TEMPLATE("sigmoid is 1/2 at 0, goes to 0 and 1, and keeps NaN", T, float, double) {
  const T i = inf<T>;
  CHECK(same_values(sigmoid(row<T>({0, -i, i, 10000, -10000, nan<T>})),
                    row<T>({0.5, 0, 1, 1, 0, nan<T>})));
}

TEST_CASE("sigmoid of nothing is nothing") {
  CHECK(sigmoid(zeros({3, 0})).shape() == Shape{3, 0});
  CHECK(sigmoid(zeros({0}, DType::f64)).values<double>().empty());
}

TEST_CASE("sigmoid refuses integers, bool and empty handles") {
  CHECK_THROWS_WITH_AS(sigmoid(row({1, 2})),
                       Contains("sigmoid: a tensor of i32; it must be f32 or f64; cast it first "
                                "(tests/ops/sigmoid_test.cpp:"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(sigmoid(row<std::int64_t>({1})), Contains("sigmoid: a tensor of i64; "),
                       DTypeError);
  CHECK_THROWS_WITH_AS(sigmoid(row({true})), Contains("sigmoid: a tensor of bool; "), DTypeError);
  CHECK_THROWS_WITH_AS(sigmoid(Tensor{}), Contains("an empty handle"), ValueError);
}

GRADIENT_CASE("sigmoid", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.tensor(draw.shape())}, [](auto x) { return sigmoid(x[0]); }};
});

}  // namespace
}  // namespace chronograd
