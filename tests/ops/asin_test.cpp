#include "chronograd/ops/asin.h"

#include <doctest/doctest.h>

#include <cmath>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE_TEMPLATE("asin agrees with the C library", T, float, double) {
  const Tensor x = spread<T>(-1, 1);
  CHECK(ulps<T>(
            asin(x), [](long double v) { return std::asin(v); }, x) <= 2);
}

TEST_CASE_TEMPLATE("asin at the ends of its range", T, float, double) {
  CHECK(same_values(asin(row<T>({0})), row<T>({0})));
  CHECK(std::isnan(asin(row<T>({2})).item()));
  CHECK(std::isnan(asin(row<T>({nan<T>})).item()));
}

TEST_CASE_TEMPLATE("asin is exact near 0", T, float, double) {
  const T tiny = static_cast<T>(1e-20);
  CHECK(same_values(asin(row<T>({tiny, -tiny})), row<T>({tiny, -tiny})));
  CHECK(std::signbit(asin(row<T>({T{-0.0}})).template values<T>()[0]));
}

TEST_CASE_TEMPLATE("the gradient of asin at the ends of its range", T, float, double) {
  const auto slope_at = [](T number) {
    const Tensor x = row<T>({number});
    const Tape tape;
    return gradient(asin(x), x).item();
  };
  CHECK(slope_at(0) == 1);
  CHECK(slope_at(1) == inf<double>);
}

TEST_CASE("asin refuses integers, bool and empty handles") {
  CHECK_THROWS_WITH_AS(asin(row({1})), Contains("asin: "), DTypeError);
  CHECK_THROWS_AS(asin(row({true})), DTypeError);
  CHECK_THROWS_WITH_AS(asin(Tensor{}), Contains("an empty handle"), ValueError);
}

GRADIENT_CASE("asin", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.tensor(draw.shape(), -0.9, 0.9)}, [](auto x) { return asin(x[0]); }};
});

}  // namespace
}  // namespace chronograd
