#include "chronograd/ops/cosh.h"

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

TEST_CASE_TEMPLATE("cosh agrees with the C library", T, float, double) {
  const Tensor x = spread<T>(-80, 80);
  CHECK(ulps<T>(
            cosh(x), [](long double v) { return std::cosh(v); }, x) <= 2);
}

TEST_CASE_TEMPLATE("cosh at the ends of its range", T, float, double) {
  CHECK(same_values(cosh(row<T>({0})), row<T>({1})));
  CHECK(same_values(cosh(row<T>({-inf<T>})), row<T>({inf<T>})));
  CHECK(same_values(cosh(row<T>({inf<T>})), row<T>({inf<T>})));
  CHECK(std::isnan(cosh(row<T>({nan<T>})).item()));
}

TEST_CASE_TEMPLATE("the gradient of cosh at the ends of its range", T, float, double) {
  const auto slope_at = [](T number) {
    const Tensor x = row<T>({number});
    const Tape tape;
    return gradient(cosh(x), x).item();
  };
  CHECK(slope_at(0) == 0);
}

TEST_CASE("cosh refuses integers, bool and empty handles") {
  CHECK_THROWS_WITH_AS(cosh(row({1})), Contains("cosh: "), DTypeError);
  CHECK_THROWS_AS(cosh(row({true})), DTypeError);
  CHECK_THROWS_WITH_AS(cosh(Tensor{}), Contains("an empty handle"), ValueError);
}

GRADIENT_CASE("cosh", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.tensor(draw.shape(), -2, 2)}, [](auto x) { return cosh(x[0]); }};
});

}  // namespace
}  // namespace chronograd
