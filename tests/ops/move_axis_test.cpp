#include "chronograd/ops/move_axis.h"

#include <doctest/doctest.h>

#include "chronograd/graph/error.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/transpose.h"
#include "tests/ops/counted.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE("move_axis keeps the order of all others") {
  const Tensor x = counted({2, 3, 4});
  CHECK(same_values(move_axis(x, 0, -1), permute(x, {1, 2, 0})));
  CHECK(same_values(move_axis(x, 2, 0), permute(x, {2, 0, 1})));
  CHECK(same_values(move_axis(x, -2, 0), permute(x, {1, 0, 2})));
  CHECK(same_values(move_axis(x, 1, 1), x));
  CHECK(move_axis(zeros({0, 2, 3}), 0, 1).shape() == Shape{2, 0, 3});
}

TEST_CASE("move_axis refuses axes that are not there") {
  CHECK_THROWS_WITH_AS(move_axis(zeros({2, 3}), 2, 0),
                       Contains("move_axis: axis 2 of [2, 3]; it has 2 axes "
                                "(tests/ops/move_axis_test.cpp:"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(move_axis(zeros({2, 3}), 0, -3), Contains("move_axis: axis -3 of"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(move_axis(1, 0, 0), Contains("move_axis: axis 0 of []"), ShapeError);
}

GRADIENT_CASE("move_axis", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape(1);
  const int from = static_cast<int>(draw.below(shape.rank()));
  const int to = static_cast<int>(draw.between(-shape.rank(), shape.rank() - 1));
  return {{draw.tensor(shape)}, [=](auto x) { return move_axis(x[0] * x[0], from, to); }};
});

}  // namespace
}  // namespace chronograd
