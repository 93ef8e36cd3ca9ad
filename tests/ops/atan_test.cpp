#include "chronograd/ops/atan.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE_TEMPLATE("atan agrees with the C library", T, float, double) {
  const Tensor x = spread<T>(-9, 9);
  CHECK(ulps<T>(
            atan(x), [](long double v) { return std::atan(v); }, x) <= 2);
}

TEST_CASE_TEMPLATE("atan at the ends of its range", T, float, double) {
  constexpr T half_pi = static_cast<T>(std::numbers::pi / 2);
  CHECK(same_values(atan(row<T>({0})), row<T>({0})));
  CHECK(same_values(atan(row<T>({inf<T>})), row<T>({half_pi})));
  CHECK(same_values(atan(row<T>({-inf<T>})), row<T>({-half_pi})));
  CHECK(std::isnan(atan(row<T>({nan<T>})).item()));
}

TEST_CASE_TEMPLATE("atan is exact near 0", T, float, double) {
  const T tiny = static_cast<T>(1e-20);
  CHECK(same_values(atan(row<T>({tiny, -tiny})), row<T>({tiny, -tiny})));
  CHECK(std::signbit(atan(row<T>({T{-0.0}})).template values<T>()[0]));
}

TEST_CASE_TEMPLATE("the gradient of atan at the ends of its range", T, float, double) {
  const auto slope_at = [](T number) {
    const Tensor x = row<T>({number});
    const Tape tape;
    return gradient(atan(x), x).item();
  };
  CHECK(slope_at(0) == 1);
  CHECK(slope_at(inf<T>) == 0);
  CHECK(slope_at(-inf<T>) == 0);
}

TEST_CASE("atan refuses integers, bool and empty handles") {
  CHECK_THROWS_WITH_AS(atan(row({1})), Contains("atan: "), DTypeError);
  CHECK_THROWS_AS(atan(row({true})), DTypeError);
  CHECK_THROWS_WITH_AS(atan(Tensor{}), Contains("an empty handle"), ValueError);
}

GRADIENT_CASE("atan", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.tensor(draw.shape(), -3, 3)}, [](auto x) { return atan(x[0]); }};
});

}  // namespace
}  // namespace chronograd
