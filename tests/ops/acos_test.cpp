#include "chronograd/ops/acos.h"

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

TEST_CASE_TEMPLATE("acos agrees with the C library", T, float, double) {
  const Tensor x = spread<T>(-1, 0.9);
  CHECK(ulps<T>(
            acos(x), [](long double v) { return std::acos(v); }, x) <= 2);
}

TEST_CASE_TEMPLATE("acos at the ends of its range", T, float, double) {
  CHECK(same_values(acos(row<T>({1})), row<T>({0})));
  CHECK(std::isnan(acos(row<T>({2})).item()));
  CHECK(std::isnan(acos(row<T>({nan<T>})).item()));
}

TEST_CASE_TEMPLATE("the gradient of acos at the ends of its range", T, float, double) {
  const auto slope_at = [](T number) {
    const Tensor x = row<T>({number});
    const Tape tape;
    return gradient(acos(x), x).item();
  };
  CHECK(slope_at(0) == -1);
  CHECK(slope_at(1) == -inf<double>);
}

TEST_CASE("acos refuses integers, bool and empty handles") {
  CHECK_THROWS_WITH_AS(acos(row({1})), Contains("acos: "), DTypeError);
  CHECK_THROWS_AS(acos(row({true})), DTypeError);
  CHECK_THROWS_WITH_AS(acos(Tensor{}), Contains("an empty handle"), ValueError);
}

GRADIENT_CASE("acos", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.tensor(draw.shape(), -0.9, 0.9)}, [](auto x) { return acos(x[0]); }};
});

}  // namespace
}  // namespace chronograd
