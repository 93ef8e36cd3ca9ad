#include "chronograd/ops/squeeze.h"

#include <doctest/doctest.h>

#include "chronograd/graph/error.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/mul.h"
#include "tests/ops/counted.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE("squeeze takes axes of size 1 away, unsqueeze puts one in") {
  const Tensor x = counted({2, 1, 3, 1}, DType::i32);
  CHECK(squeeze(x).shape() == Shape{2, 3});
  CHECK(squeeze(x, 1).shape() == Shape{2, 3, 1});
  CHECK(squeeze(x, -1).shape() == Shape{2, 1, 3});
  CHECK(unsqueeze(x, 0).shape() == Shape{1, 2, 1, 3, 1});
  CHECK(unsqueeze(x, -1).shape() == Shape{2, 1, 3, 1, 1});
  CHECK(unsqueeze(2.f, 0).shape() == Shape{1});
  CHECK(squeeze(ones({1, 1})).shape() == Shape{});
  CHECK(squeeze(zeros({0, 1}), 1).shape() == Shape{0});
  CHECK(same_values(squeeze(unsqueeze(x, 2), 2), x));
}

TEST_CASE("flatten makes one axis of several") {
  const Tensor x = counted({2, 3, 4});
  CHECK(same_values(flatten(x), counted({24})));
  CHECK(same_values(flatten(x, 1), counted({2, 12})));
  CHECK(same_values(flatten(x, -3, 1), counted({6, 4})));
  CHECK(same_values(flatten(x, 2, 2), x));
  CHECK(flatten(3.f).shape() == Shape{1});
  CHECK(flatten(zeros({2, 0, 3}), 1).shape() == Shape{2, 0});
}

TEST_CASE("squeeze, unsqueeze and flatten refuse axes that are not there or do not fit") {
  const Tensor x = zeros({2, 1, 3});
  CHECK_THROWS_WITH_AS(squeeze(x, 0),
                       Contains("squeeze: axis 0 of [2, 1, 3]; its size must be 1 "
                                "(tests/ops/squeeze_test.cpp:"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(squeeze(x, 3), Contains("squeeze: axis 3 of [2, 1, 3]; it has 3 axes"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(
      unsqueeze(x, -5),
      Contains("unsqueeze: a new axis -5 for [2, 1, 3]; it must be between -4 and 3"), ShapeError);
  CHECK_THROWS_WITH_AS(flatten(x, 2, 1), Contains("flatten: axes 2 to 1 of [2, 1, 3]; the last"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(flatten(x, 0, 3), Contains("flatten: axis 3 of [2, 1, 3]"), ShapeError);
  CHECK_THROWS_AS(flatten(1.f, 0, 0), ShapeError);
  CHECK_THROWS_WITH_AS(squeeze(Tensor{}), Contains("an empty handle"), ValueError);
}

GRADIENT_CASE("squeeze", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.tensor(draw.shape(1))}, [axis = static_cast<int>(draw.below(2))](auto x) {
            return flatten(squeeze(unsqueeze(x[0] * x[0], axis)));
          }};
});

}  // namespace
}  // namespace chronograd
