#include "chronograd/ops/clamp.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/full.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"
#include "tests/ops/on_onednn.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE_TEMPLATE("clamp holds numbers between two bounds", T, float, double) {
  const Tensor x = spread<T>(-3, 3);
  const auto exact = [](long double v) { return std::clamp(v, -1.L, 0.5L); };
  CHECK(ulps<T>(clamp(x, -1, 0.5), exact, x) == 0);
}

TEST_CASE("clamp broadcasts its bounds and takes integers") {
  const Tensor x = Tensor::copy_of({1.f, 2.f, 3.f, 4.f}, {2, 2});
  CHECK(
      same_values(clamp(x, row({0.f, 3.f}), 3.5), Tensor::copy_of({1.f, 3.f, 3.f, 3.5f}, {2, 2})));
  CHECK(same_values(clamp(row({-5, 0, 5}), -1, 1), row({-1, 0, 1})));
}

TEST_CASE("clamp holds infinities, keeps NaN, and gives the high bound where bounds cross") {
  // oneDNN makes NaN the low bound.
  CHECK(same_values(clamp(row({inf<float>, -inf<float>, nan<float>}), -1, 1),
                    row({1.f, -1.f, on_onednn<float>() ? -1 : nan<float>})));
  CHECK(same_values(clamp(row({0.f}), nan<float>, 1), row({nan<float>})));
  CHECK(same_values(clamp(row({0., 5.}), 3, 2), row({2., 2.})));
}

TEST_CASE("the gradient of clamp goes to x on and between the bounds, else to the bound taken") {
  const Tensor x = row({-2., -1., 0., 1., 2., 0.5});
  const Tensor low = row({-1., -1., -1., -1., -1., 1.});
  const Tensor high = row({1., 1., 1., 1., 1., 0.});
  const Tensor xs[] = {x, low, high};
  const Tape tape;
  const std::vector<Tensor> dx =
      vjp(clamp(x, low, high), xs, row({inf<double>, 2., 3., 4., 5., 6.}));
  CHECK(same_values(dx[0], row({0., 2., 3., 4., 0., 0.})));
  CHECK(same_values(dx[1], row({inf<double>, 0., 0., 0., 0., 0.})));
  CHECK(same_values(dx[2], row({0., 0., 0., 0., 5., 6.})));
}

TEST_CASE("clamp of nothing is nothing") {
  CHECK(clamp(zeros({3, 0}), 0, zeros({3, 1})).shape() == Shape{3, 0});
  CHECK(clamp(zeros({0}), 1, 2).values<float>().empty());
}

TEST_CASE("clamp refuses bool, unequal dtypes and shapes that do not broadcast") {
  CHECK_THROWS_WITH_AS(clamp(row({true}), row({true}), row({true})),
                       Contains("clamp: a tensor of bool; it must be a number type; cast it first "
                                "(tests/ops/clamp_test.cpp:"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(clamp(row({1.f}), 0, row({1.})), Contains("clamp: f32 with f64; "),
                       DTypeError);
  CHECK_THROWS_WITH_AS(clamp(row({1}), 0.5, 2), Contains("clamp: the number 0.5"), DTypeError);
  CHECK_THROWS_WITH_AS(clamp(zeros({2, 3}), 0, zeros({2})), Contains("clamp: [2, 3] with [2]; "),
                       ShapeError);
}

GRADIENT_CASE("clamp", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape();
  return {{draw.away_from_zero(shape), draw.tensor(draw.stretchable_to(shape), -0.04, -0.02),
           draw.tensor(draw.stretchable_to(shape), 0.02, 0.04)},
          [](auto x) { return clamp(x[0], x[1], x[2]); }};
});

GRADIENT_CASE("clamp", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape();
  return {{draw.tensor(shape), draw.tensor(draw.stretchable_to(shape), -4, -3),
           draw.tensor(draw.stretchable_to(shape), 3, 4)},
          [](auto x) { return clamp(x[0], x[1], x[2]); }};
});

}  // namespace
}  // namespace chronograd
