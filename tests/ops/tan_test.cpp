#include "chronograd/ops/tan.h"

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

TEST_CASE_TEMPLATE("tan agrees with the C library", T, float, double) {
  const Tensor x = spread<T>(-1.5, 1.5);
  CHECK(ulps<T>(
            tan(x), [](long double v) { return std::tan(v); }, x) <= 2);
}

TEST_CASE_TEMPLATE("tan at the ends of its range", T, float, double) {
  CHECK(same_values(tan(row<T>({0})), row<T>({0})));
  CHECK(std::isnan(tan(row<T>({inf<T>})).item()));
  CHECK(std::isnan(tan(row<T>({nan<T>})).item()));
}

TEST_CASE_TEMPLATE("tan is exact near 0", T, float, double) {
  const T tiny = static_cast<T>(1e-20);
  CHECK(same_values(tan(row<T>({tiny, -tiny})), row<T>({tiny, -tiny})));
  CHECK(std::signbit(tan(row<T>({T{-0.0}})).template values<T>()[0]));
}

TEST_CASE_TEMPLATE("the gradient of tan at the ends of its range", T, float, double) {
  const auto slope_at = [](T number) {
    const Tensor x = row<T>({number});
    const Tape tape;
    return gradient(tan(x), x).item();
  };
  CHECK(slope_at(0) == 1);
}

TEST_CASE("tan refuses integers, bool and empty handles") {
  CHECK_THROWS_WITH_AS(tan(row({1})), Contains("tan: "), DTypeError);
  CHECK_THROWS_AS(tan(row({true})), DTypeError);
  CHECK_THROWS_WITH_AS(tan(Tensor{}), Contains("an empty handle"), ValueError);
}

GRADIENT_CASE("tan", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.tensor(draw.shape(), -1.2, 1.2)}, [](auto x) { return tan(x[0]); }};
});

}  // namespace
}  // namespace chronograd
