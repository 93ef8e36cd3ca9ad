#include "chronograd/ops/hard_sigmoid.h"

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

TEST_CASE_TEMPLATE("hard_sigmoid is a line between 0 and 1", T, float, double) {
  CHECK(same_values(hard_sigmoid(row<T>({0, -4, 4, inf<T>, -inf<T>, nan<T>})),
                    row<T>({0.5, 0, 1, 1, 0, nan<T>})));
  CHECK(same_values(hard_sigmoid(row<T>({-1, 1, 2}), 0.25, 0.5), row<T>({0.25, 0.75, 1})));
}

TEST_CASE("the gradient of hard_sigmoid is the slope, and 0 where it is cut off") {
  const Tensor x = row({-9., 0.5, 9.});
  const Tape tape;
  CHECK(same_values(gradient(sum(hard_sigmoid(x, 0.25)), x), row({0., 0.25, 0.})));
}

TEST_CASE("hard_sigmoid of nothing is nothing") {
  CHECK(hard_sigmoid(zeros({3, 0})).shape() == Shape{3, 0});
}

TEST_CASE("hard_sigmoid refuses integers, bool and empty handles") {
  CHECK_THROWS_WITH_AS(
      hard_sigmoid(row({1, 2})),
      Contains(
          " with a tensor of i32; it must be an integer of that type, or the tensor cast first ("),
      DTypeError);
  CHECK_THROWS_WITH_AS(hard_sigmoid(row({true})), Contains("hard_sigmoid: a tensor of bool; "),
                       DTypeError);
  CHECK_THROWS_WITH_AS(hard_sigmoid(Tensor{}), Contains("an empty handle"), ValueError);
}

GRADIENT_CASE("hard_sigmoid", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.tensor(draw.shape(), -1.8, 1.8)}, [](auto x) { return hard_sigmoid(x[0], 0.25); }};
});

}  // namespace
}  // namespace chronograd
