#include "chronograd/ops/variance.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/full.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE_TEMPLATE("variance is the mean squared distance from the mean", T, float, double) {
  const Tensor x = Tensor::copy_of<T>({1, 2, 3, 4, 5, 9}, {2, 3});
  CHECK(variance(x, 1).values<T>()[0] == doctest::Approx(2. / 3));
  CHECK(variance(x, {1}, true, 1).values<T>()[1] == doctest::Approx(7));
  CHECK(variance(x, {1}, true).shape() == Shape{2, 1});
  CHECK(variance(x).item() == doctest::Approx(20. / 3));
}

TEST_CASE("a large mean costs the variance no digits") {
  CHECK(variance(row({1.f, 2.f, 3.f}) + 1e6f).item() == doctest::Approx(2. / 3));
}

TEST_CASE("variance is right where the square of one distance would overflow") {
  const Tensor x = row<float>({-2e19f, 2e19f, 0, 0, 0, 0, 0, 0});  // 4e38 is more than f32 holds
  const Tape tape;
  const Tensor y = variance(x, -1);
  const Tensor all = variance(x);
  const Tensor dx = gradient(y, x);
  CHECK(y.item() == doctest::Approx(1e38));
  CHECK(all.item() == doctest::Approx(1e38));
  CHECK(dx.values<float>()[1] == doctest::Approx(5e18));
}

TEST_CASE("variance refuses what mean refuses") {
  CHECK_THROWS_AS(variance(row({1, 2})), DTypeError);
  CHECK_THROWS_AS(variance(row({1.f}), 1), ShapeError);
  CHECK_THROWS_AS(variance(row({true})), DTypeError);
}

GRADIENT_CASE("variance", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.tensor(draw.shape(2, 3, 2))},
          [](auto x) { return variance(x[0], {-1}, false, 1); }};
});

}  // namespace
}  // namespace chronograd
