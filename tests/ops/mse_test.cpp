#include "chronograd/ops/mse.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/sum.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE_TEMPLATE("mse is the mean squared difference", T, float, double) {
  CHECK(mse(row<T>({1, 2, 5}), row<T>({1, 4, 4})).item() == doctest::Approx(5. / 3));
  CHECK(std::isnan(mse(row<T>({1, nan<T>}), row<T>({1, 1})).item()));
}

TEST_CASE("mse is right where the square of one difference would overflow") {
  const Tensor x = row<float>({2e19f, 0, 0, 0});  // 4e38 is more than f32 holds
  const Tape tape;
  const Tensor y = mse(x, zeros({4}));
  const Tensor dx = gradient(y, x);
  CHECK(y.item() == doctest::Approx(1e38));
  CHECK(dx.values<float>()[0] == doctest::Approx(1e19));
}

TEST_CASE("mse refuses shapes that differ, even when they broadcast") {
  CHECK_THROWS_WITH_AS(mse(zeros({2, 3}), zeros({3})),
                       Contains("mse: [2, 3] against [3]; the shapes must be equal "
                                "(tests/ops/mse_test.cpp:"),
                       ShapeError);
  CHECK_THROWS_AS(mse(row({1}), row({1})), DTypeError);
  CHECK_THROWS_AS(mse(row({1.f}), row({1.})), DTypeError);
}

GRADIENT_CASE("mse", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape(1, 3, 1);
  return {{draw.tensor(shape), draw.tensor(shape)}, [](auto x) { return mse(x[0], x[1]); }};
});

}  // namespace
}  // namespace chronograd
