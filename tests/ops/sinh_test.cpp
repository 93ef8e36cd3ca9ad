#include "chronograd/ops/sinh.h"

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

TEST_CASE_TEMPLATE("sinh agrees with the C library", T, float, double) {
  const Tensor x = spread<T>(-80, 80);
  CHECK(ulps<T>(
            sinh(x), [](long double v) { return std::sinh(v); }, x) <= 2);
}

TEST_CASE_TEMPLATE("sinh at the ends of its range", T, float, double) {
  CHECK(same_values(sinh(row<T>({0})), row<T>({0})));
  CHECK(same_values(sinh(row<T>({-inf<T>})), row<T>({-inf<T>})));
  CHECK(same_values(sinh(row<T>({inf<T>})), row<T>({inf<T>})));
  CHECK(std::isnan(sinh(row<T>({nan<T>})).item()));
}

TEST_CASE_TEMPLATE("sinh is exact near 0", T, float, double) {
  const T tiny = static_cast<T>(1e-20);
  CHECK(same_values(sinh(row<T>({tiny, -tiny})), row<T>({tiny, -tiny})));
  CHECK(std::signbit(sinh(row<T>({T{-0.0}})).template values<T>()[0]));
}

TEST_CASE_TEMPLATE("the gradient of sinh at the ends of its range", T, float, double) {
  const auto slope_at = [](T number) {
    const Tensor x = row<T>({number});
    const Tape tape;
    return gradient(sinh(x), x).item();
  };
  CHECK(slope_at(0) == 1);
}

TEST_CASE("sinh refuses integers, bool and empty handles") {
  CHECK_THROWS_WITH_AS(sinh(row({1})), Contains("sinh: "), DTypeError);
  CHECK_THROWS_AS(sinh(row({true})), DTypeError);
  CHECK_THROWS_WITH_AS(sinh(Tensor{}), Contains("an empty handle"), ValueError);
}

GRADIENT_CASE("sinh", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.tensor(draw.shape(), -2, 2)}, [](auto x) { return sinh(x[0]); }};
});

}  // namespace
}  // namespace chronograd
