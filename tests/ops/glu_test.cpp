#include "chronograd/ops/glu.h"

#include <doctest/doctest.h>

#include "chronograd/graph/error.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sigmoid.h"
#include "chronograd/ops/slice.h"
#include "tests/ops/counted.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE("glu lets one half through as far as the other says") {
  const Tensor x = counted({2, 4, 3}, DType::f64);
  CHECK(same_values(glu(x, 1), slice(x, 1, 0, 2) * sigmoid(slice(x, 1, 2, 4))));
  CHECK(same_values(glu(row<double>({6, 0})), row<double>({3})));
  CHECK(glu(zeros({0, 4})).shape() == Shape{0, 2});
  CHECK(glu(zeros({2, 0})).shape() == Shape{2, 0});
}

TEST_CASE("glu refuses odd sizes, integers and axes that are not there") {
  CHECK_THROWS_WITH_AS(glu(zeros({2, 3})), Contains("glu: "), ShapeError);
  CHECK_THROWS_WITH_AS(glu(zeros({2, 3}), 2),
                       Contains("glu: axis 2 of [2, 3]; it has 2 axes (tests/ops/glu_test.cpp:"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(glu(row({1, 2})), Contains("glu: "), DTypeError);
}

GRADIENT_CASE("glu", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape(1, 3);
  const int axis = static_cast<int>(draw.between(-shape.rank(), shape.rank() - 1));
  return {{draw.tensor(shape.with(axis, 2 * draw.below(3)))},
          [=](auto x) { return glu(x[0], axis); }};
});

}  // namespace
}  // namespace chronograd
