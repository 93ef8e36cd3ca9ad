#include "chronograd/ops/mish.h"

#include <doctest/doctest.h>

#include <cmath>

#include "chronograd/graph/error.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/full.h"
#include "tests/ops/counted.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE_TEMPLATE("mish have their values, at infinities too, and keep NaN", T, float, double) {
  const Tensor x = row<T>({-inf<T>, 0, inf<T>, nan<T>});
  CHECK(same_values(mish(x), row<T>({0, 0, inf<T>, nan<T>})));
  for (const double v : {-20., -1., 0.5, 3.}) {
    const double expected = v * std::tanh(std::log1p(std::exp(v)));
    CHECK(mish(row<T>({static_cast<T>(v)})).item() == doctest::Approx(expected));
  }
  CHECK(mish(zeros({0, 2})).shape() == Shape{0, 2});
}

TEST_CASE("mish refuses bool and empty handles") {
  CHECK_THROWS_WITH_AS(mish(row({true})), Contains("mish: "), DTypeError);
  CHECK_THROWS_WITH_AS(mish(Tensor{}), Contains("an empty handle"), ValueError);
}

GRADIENT_CASE("mish", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.tensor(draw.shape())}, [](auto x) { return mish(x[0]); }};
});

}  // namespace
}  // namespace chronograd
