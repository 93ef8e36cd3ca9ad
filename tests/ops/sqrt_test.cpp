#include "chronograd/ops/sqrt.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/sum.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE_TEMPLATE("sqrt agrees with the standard library", T, float, double) {
  const Tensor x = spread<T>(0.01, 1000);
  CHECK(sqrt(x).shape() == x.shape());
  CHECK(ulps<T>(
            sqrt(x), [](long double v) { return std::sqrt(v); }, x) <= 0.5);
}

TEST_CASE_TEMPLATE("sqrt is exact for squares, NaN below 0, and keeps inf and NaN", T, float,
                   double) {
  CHECK(same_values(sqrt(row<T>({0, 1, 144, -1, inf<T>, nan<T>})),
                    row<T>({0, 1, 12, nan<T>, inf<T>, nan<T>})));
}

TEST_CASE("the gradient of sqrt is inf at 0") {
  const Tensor x = row({0., 4.});
  const Tape tape;
  CHECK(same_values(gradient(sum(sqrt(x)), x), row({inf<double>, 0.25})));
}

TEST_CASE("sqrt of nothing is nothing") {
  CHECK(sqrt(zeros({3, 0})).shape() == Shape{3, 0});
  CHECK(sqrt(zeros({0}, DType::f64)).values<double>().empty());
}

TEST_CASE("sqrt refuses integers, bool and empty handles") {
  CHECK_THROWS_WITH_AS(sqrt(row({1, 2})),
                       Contains("sqrt: a tensor of i32; it must be f32 or f64; cast it first "
                                "(tests/ops/sqrt_test.cpp:"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(sqrt(row<std::int64_t>({1})), Contains("sqrt: a tensor of i64; "),
                       DTypeError);
  CHECK_THROWS_WITH_AS(sqrt(row({true})), Contains("sqrt: a tensor of bool; "), DTypeError);
  CHECK_THROWS_WITH_AS(sqrt(Tensor{}), Contains("an empty handle"), ValueError);
}

GRADIENT_CASE("sqrt", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.tensor(draw.shape(), 0.2, 3)}, [](auto x) { return sqrt(x[0]); }};
});

}  // namespace
}  // namespace chronograd
