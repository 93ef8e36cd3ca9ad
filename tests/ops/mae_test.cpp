#include "chronograd/ops/mae.h"

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

TEST_CASE_TEMPLATE("mae is the mean absolute difference", T, float, double) {
  CHECK(mae(row<T>({1, 2, 5}), row<T>({1, 4, 4})).item() == doctest::Approx(1));
}

TEST_CASE("mae refuses shapes that differ, even when they broadcast") {
  CHECK_THROWS_WITH_AS(mae(zeros({2, 3}), zeros({3})),
                       Contains("mae: [2, 3] against [3]; the shapes must be equal "
                                "(tests/ops/mae_test.cpp:"),
                       ShapeError);
  CHECK_THROWS_AS(mae(row({1}), row({1})), DTypeError);
  CHECK_THROWS_AS(mae(row({1.f}), row({1.})), DTypeError);
}

GRADIENT_CASE("mae", Smooth::no, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape(1, 3, 1);
  return {{draw.tensor(shape, 3, 4), draw.tensor(shape)}, [](auto x) { return mae(x[0], x[1]); }};
});

}  // namespace
}  // namespace chronograd
