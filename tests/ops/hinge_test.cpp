#include "chronograd/ops/hinge.h"

#include <doctest/doctest.h>

#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/full.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE_TEMPLATE("hinge costs what is missing to a margin of 1", T, float, double) {
  CHECK(hinge(row<T>({2, 0.5, 0.5}), row<T>({1, 1, -1})).item() == doctest::Approx(2. / 3));
}

TEST_CASE("hinge refuses shapes that differ, even when they broadcast") {
  CHECK_THROWS_WITH_AS(hinge(zeros({2, 3}), zeros({3})),
                       Contains("hinge: [2, 3] against [3]; the shapes must be equal "
                                "(tests/ops/hinge_test.cpp:"),
                       ShapeError);
  CHECK_THROWS_AS(hinge(row({1}), row({1})), DTypeError);
  CHECK_THROWS_AS(hinge(row({1.f}), row({1.})), DTypeError);
}

GRADIENT_CASE("hinge", Smooth::no, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape(1, 3, 1);
  return {{draw.tensor(shape), draw.tensor(shape, -0.4, 0.4)},
          [](auto x) { return hinge(x[0], x[1]); }};
});

}  // namespace
}  // namespace chronograd
