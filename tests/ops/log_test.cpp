#include "chronograd/ops/log.h"

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

TEST_CASE_TEMPLATE("log agrees with the standard library", T, float, double) {
  const Tensor x = spread<T>(0.01, 30);
  CHECK(log(x).shape() == x.shape());
  // oneDNN's log is off by up to 5e-6, whatever the result is.
  CHECK(ulps<T>(
            log(x), [](long double v) { return std::log(v); }, x) <= allowed<T>(2, 1000));
}

TEST_CASE_TEMPLATE("log keeps its precision near 1", T, float, double) {
  const Tensor x = spread<T>(0.999, 1.001);
  if (on_onednn<T>()) return;  // not a digit is right there
  CHECK(ulps<T>(
            log(x), [](long double v) { return std::log(v); }, x) <= 2);
}

TEST_CASE_TEMPLATE("log is 0 at 1, -inf at 0 and NaN below", T, float, double) {
  CHECK(std::abs(log(row<T>({1})).item()) <= allowed<T>(0, 2e-6));
  CHECK(same_values(log(row<T>({0, -1, inf<T>, -inf<T>, nan<T>})),
                    row<T>({-inf<T>, nan<T>, inf<T>, nan<T>, nan<T>})));
}

TEST_CASE("log of nothing is nothing") {
  CHECK(log(zeros({3, 0})).shape() == Shape{3, 0});
  CHECK(log(zeros({0}, DType::f64)).values<double>().empty());
}

TEST_CASE("log refuses integers, bool and empty handles") {
  CHECK_THROWS_WITH_AS(log(row({1, 2})),
                       Contains("log: a tensor of i32; it must be f32 or f64; cast it first "
                                "(tests/ops/log_test.cpp:"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(log(row<std::int64_t>({1})), Contains("log: a tensor of i64; "), DTypeError);
  CHECK_THROWS_WITH_AS(log(row({true})), Contains("log: a tensor of bool; "), DTypeError);
  CHECK_THROWS_WITH_AS(log(Tensor{}), Contains("an empty handle"), ValueError);
}

GRADIENT_CASE("log", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.tensor(draw.shape(), 0.2, 3)}, [](auto x) { return log(x[0]); }};
});

}  // namespace
}  // namespace chronograd
