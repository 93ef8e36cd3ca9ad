#include "chronograd/ops/tanh.h"

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

TEST_CASE_TEMPLATE("tanh agrees with the standard library", T, float, double) {
  const Tensor x = spread<T>(-10, 10);
  CHECK(tanh(x).shape() == x.shape());
  CHECK(ulps<T>(
            tanh(x), [](long double v) { return std::tanh(v); }, x) <= 3);
}

TEST_CASE_TEMPLATE("tanh keeps its precision near 0", T, float, double) {
  const Tensor x = spread<T>(-0.001, 0.001);
  CHECK(ulps<T>(
            tanh(x), [](long double v) { return std::tanh(v); }, x) <= 3);
}

TEST_CASE_TEMPLATE("tanh is 0 at 0, saturates at 1 and keeps NaN", T, float, double) {
  CHECK(same_values(tanh(row<T>({0, 100, -100, inf<T>, -inf<T>, nan<T>})),
                    row<T>({0, 1, -1, 1, -1, nan<T>})));
}

TEST_CASE("tanh of nothing is nothing") {
  CHECK(tanh(zeros({3, 0})).shape() == Shape{3, 0});
  CHECK(tanh(zeros({0}, DType::f64)).values<double>().empty());
}

TEST_CASE("tanh refuses integers, bool and empty handles") {
  CHECK_THROWS_WITH_AS(tanh(row({1, 2})),
                       Contains("tanh: a tensor of i32; it must be f32 or f64; cast it first "
                                "(tests/ops/tanh_test.cpp:"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(tanh(row<std::int64_t>({1})), Contains("tanh: a tensor of i64; "),
                       DTypeError);
  CHECK_THROWS_WITH_AS(tanh(row({true})), Contains("tanh: a tensor of bool; "), DTypeError);
  CHECK_THROWS_WITH_AS(tanh(Tensor{}), Contains("an empty handle"), ValueError);
}

GRADIENT_CASE("tanh", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.tensor(draw.shape())}, [](auto x) { return tanh(x[0]); }};
});

}  // namespace
}  // namespace chronograd
