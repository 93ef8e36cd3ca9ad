#include "chronograd/ops/acosh.h"

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

TEST_CASE_TEMPLATE("acosh agrees with the C library", T, float, double) {
  const Tensor x = spread<T>(1.5, 1000000.0);
  CHECK(ulps<T>(
            acosh(x), [](long double v) { return std::acosh(v); }, x) <= 2);
}

TEST_CASE_TEMPLATE("acosh at the ends of its range", T, float, double) {
  CHECK(same_values(acosh(row<T>({1})), row<T>({0})));
  CHECK(same_values(acosh(row<T>({inf<T>})), row<T>({inf<T>})));
  CHECK(std::isnan(acosh(row<T>({T{0.5}})).item()));
  CHECK(std::isnan(acosh(row<T>({nan<T>})).item()));
}

TEST_CASE_TEMPLATE("the gradient of acosh at the ends of its range", T, float, double) {
  const auto slope_at = [](T number) {
    const Tensor x = row<T>({number});
    const Tape tape;
    return gradient(acosh(x), x).item();
  };
  CHECK(slope_at(1) == inf<double>);
  CHECK(slope_at(inf<T>) == 0);
}

TEST_CASE("acosh refuses integers, bool and empty handles") {
  CHECK_THROWS_WITH_AS(acosh(row({1})), Contains("acosh: "), DTypeError);
  CHECK_THROWS_AS(acosh(row({true})), DTypeError);
  CHECK_THROWS_WITH_AS(acosh(Tensor{}), Contains("an empty handle"), ValueError);
}

GRADIENT_CASE("acosh", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.tensor(draw.shape(), 1.2, 4)}, [](auto x) { return acosh(x[0]); }};
});

}  // namespace
}  // namespace chronograd
