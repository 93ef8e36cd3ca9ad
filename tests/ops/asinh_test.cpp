#include "chronograd/ops/asinh.h"

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

TEST_CASE_TEMPLATE("asinh agrees with the C library", T, float, double) {
  const Tensor x = spread<T>(-1000000.0, 1000000.0);
  CHECK(ulps<T>(
            asinh(x), [](long double v) { return std::asinh(v); }, x) <= 2);
}

TEST_CASE_TEMPLATE("asinh at the ends of its range", T, float, double) {
  CHECK(same_values(asinh(row<T>({0})), row<T>({0})));
  CHECK(same_values(asinh(row<T>({inf<T>})), row<T>({inf<T>})));
  CHECK(same_values(asinh(row<T>({-inf<T>})), row<T>({-inf<T>})));
  CHECK(std::isnan(asinh(row<T>({nan<T>})).item()));
}

TEST_CASE_TEMPLATE("asinh is exact near 0", T, float, double) {
  const T tiny = static_cast<T>(1e-20);
  CHECK(same_values(asinh(row<T>({tiny, -tiny})), row<T>({tiny, -tiny})));
  CHECK(std::signbit(asinh(row<T>({T{-0.0}})).template values<T>()[0]));
}

TEST_CASE_TEMPLATE("the gradient of asinh at the ends of its range", T, float, double) {
  const auto slope_at = [](T number) {
    const Tensor x = row<T>({number});
    const Tape tape;
    return gradient(asinh(x), x).item();
  };
  CHECK(slope_at(0) == 1);
  CHECK(slope_at(inf<T>) == 0);
  CHECK(slope_at(-inf<T>) == 0);
}

TEST_CASE("asinh refuses integers, bool and empty handles") {
  CHECK_THROWS_WITH_AS(asinh(row({1})), Contains("asinh: "), DTypeError);
  CHECK_THROWS_AS(asinh(row({true})), DTypeError);
  CHECK_THROWS_WITH_AS(asinh(Tensor{}), Contains("an empty handle"), ValueError);
}

GRADIENT_CASE("asinh", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.tensor(draw.shape(), -3, 3)}, [](auto x) { return asinh(x[0]); }};
});

}  // namespace
}  // namespace chronograd
