#include "chronograd/ops/atanh.h"

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

TEST_CASE_TEMPLATE("atanh agrees with the C library", T, float, double) {
  const Tensor x = spread<T>(-0.99, 0.99);
  CHECK(ulps<T>(
            atanh(x), [](long double v) { return std::atanh(v); }, x) <= 2);
}

TEST_CASE_TEMPLATE("atanh at the ends of its range", T, float, double) {
  CHECK(same_values(atanh(row<T>({0})), row<T>({0})));
  CHECK(same_values(atanh(row<T>({1})), row<T>({inf<T>})));
  CHECK(same_values(atanh(row<T>({-1})), row<T>({-inf<T>})));
  CHECK(std::isnan(atanh(row<T>({2})).item()));
  CHECK(std::isnan(atanh(row<T>({nan<T>})).item()));
}

TEST_CASE_TEMPLATE("atanh is exact near 0", T, float, double) {
  const T tiny = static_cast<T>(1e-20);
  CHECK(same_values(atanh(row<T>({tiny, -tiny})), row<T>({tiny, -tiny})));
  CHECK(std::signbit(atanh(row<T>({T{-0.0}})).template values<T>()[0]));
}

TEST_CASE_TEMPLATE("the gradient of atanh at the ends of its range", T, float, double) {
  const auto slope_at = [](T number) {
    const Tensor x = row<T>({number});
    const Tape tape;
    return gradient(atanh(x), x).item();
  };
  CHECK(slope_at(0) == 1);
  CHECK(slope_at(1) == inf<double>);
}

TEST_CASE("atanh refuses integers, bool and empty handles") {
  CHECK_THROWS_WITH_AS(atanh(row({1})), Contains("atanh: "), DTypeError);
  CHECK_THROWS_AS(atanh(row({true})), DTypeError);
  CHECK_THROWS_WITH_AS(atanh(Tensor{}), Contains("an empty handle"), ValueError);
}

GRADIENT_CASE("atanh", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.tensor(draw.shape(), -0.9, 0.9)}, [](auto x) { return atanh(x[0]); }};
});

}  // namespace
}  // namespace chronograd
