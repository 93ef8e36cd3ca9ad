#include "chronograd/ops/huber.h"

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

TEST_CASE_TEMPLATE("huber is quadratic up to delta and linear beyond", T, float, double) {
  CHECK(huber(row<T>({1}), row<T>({1.5})).item() == doctest::Approx(0.125));
  CHECK(huber(row<T>({1}), row<T>({-3})).item() == doctest::Approx(3.5));
  CHECK(huber(row<T>({1, 1}), row<T>({-3, 0}), 2).item() == doctest::Approx((6 + 0.5) / 2));
  CHECK_THROWS_WITH_AS(huber(row<T>({1}), row<T>({1}), 0),
                       Contains("huber: delta = 0.000000; it must be above 0 and finite"),
                       ValueError);
}

TEST_CASE("huber refuses shapes that differ, even when they broadcast") {
  CHECK_THROWS_WITH_AS(huber(zeros({2, 3}), zeros({3})),
                       Contains("huber: [2, 3] against [3]; the shapes must be equal "
                                "(tests/ops/huber_test.cpp:"),
                       ShapeError);
  CHECK_THROWS_AS(huber(row({1}), row({1})), DTypeError);
  CHECK_THROWS_AS(huber(row({1.f}), row({1.})), DTypeError);
}

GRADIENT_CASE("huber", Smooth::no, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape(1, 3, 1);
  return {{draw.tensor(shape), draw.tensor(shape)}, [](auto x) { return huber(x[0], x[1], 0.73); }};
});

}  // namespace
}  // namespace chronograd
