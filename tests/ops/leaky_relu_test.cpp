#include "chronograd/ops/leaky_relu.h"

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
#include "tests/ops/on_onednn.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE_TEMPLATE("leaky_relu is x, or slope x below 0", T, float, double) {
  CHECK(same_values(leaky_relu(row<T>({-8, 0, 3, inf<T>, -inf<T>, nan<T>}), 0.25),
                    row<T>({-2, 0, 3, inf<T>, -inf<T>, nan<T>})));
  // oneDNN loses NaN when the slope is 0.
  CHECK(same_values(leaky_relu(row<T>({-8, 3, -inf<T>, inf<T>, nan<T>}), 0),
                    row<T>({0, 3, 0, inf<T>, on_onednn<T>() ? 0 : nan<T>})));
  CHECK(leaky_relu(Tensor::scalar(T{-1})).item() == doctest::Approx(-0.01));
}

TEST_CASE("a slope for each column is a parametric relu") {
  const Tensor x = Tensor::copy_of<float>({-1, -1, 2, 2}, {2, 2});
  CHECK(same_values(leaky_relu(x, row({0.5f, 0.25f})),
                    Tensor::copy_of<float>({-0.5, -0.25, 2, 2}, {2, 2})));
}

TEST_CASE("the gradient of leaky_relu is 1 at 0") {
  const Tensor x = row({-1., 0., 2.});
  const Tape tape;
  CHECK(same_values(gradient(sum(leaky_relu(x, 0.25)), x), row({0.25, 1., 1.})));
}

TEST_CASE("leaky_relu of nothing is nothing") {
  CHECK(leaky_relu(zeros({3, 0})).shape() == Shape{3, 0});
}

TEST_CASE("leaky_relu refuses integers, bool and empty handles") {
  CHECK_THROWS_WITH_AS(
      leaky_relu(row({1, 2})),
      Contains(
          " with a tensor of i32; it must be an integer of that type, or the tensor cast first ("),
      DTypeError);
  CHECK_THROWS_WITH_AS(leaky_relu(row({true})), Contains("leaky_relu: a tensor of bool; "),
                       DTypeError);
  CHECK_THROWS_WITH_AS(leaky_relu(Tensor{}), Contains("an empty handle"), ValueError);
}

GRADIENT_CASE("leaky_relu", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape();
  return {{draw.away_from_zero(shape), draw.tensor(draw.stretchable_to(shape))},
          [](auto x) { return leaky_relu(x[0], x[1]); }};
});

}  // namespace
}  // namespace chronograd
