#include "chronograd/ops/linear_recurrence.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/at.h"
#include "chronograd/ops/flip.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/stack.h"
#include "chronograd/ops/sum.h"
#include "tests/ops/counted.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"
#include "tests/ops/reductions.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE("a linear recurrence multiplies what was before and adds") {
  const Tensor a = row<double>({7, 2, 3}), b = row<double>({1, 10, 100});
  CHECK(same_values(linear_recurrence(a, b), row<double>({1, 12, 136})));
  CHECK(same_values(linear_recurrence(a, b, 0, true), row<double>({1 + 7 * 210, 210, 100})));
  CHECK(same_values(linear_recurrence(row({0, 2}), row({3, 1 << 30})), row({3, 6 + (1 << 30)})));
}

TEST_CASE("a recurrence along any axis is its steps one after the other") {
  Draw draw{1};
  for (int n = 0; n < 60; ++n) {
    const Tape tape;
    const Shape shape = draw.shape(1, 4, 1);
    const int axis = static_cast<int>(draw.between(-shape.rank(), shape.rank() - 1));
    const Tensor a = laid_out(draw, shape, DType::f64), b = laid_out(draw, shape, DType::f64);
    std::vector<Tensor> ys{at(b, 0, axis)};
    for (std::int64_t t = 1; t < shape[axis]; ++t) {
      ys.push_back(at(a, t, axis) * ys.back() + at(b, t, axis));
    }
    CAPTURE(to_string(shape));
    CAPTURE(axis);
    const Tensor y = stack(ys, shape.axis(axis)).detach();
    REQUIRE(difference(linear_recurrence(a, b, axis).detach(), y, 1e-14) == "");
    REQUIRE(
        difference(flip(linear_recurrence(flip(a, axis), flip(b, axis), axis, true), axis).detach(),
                   y, 1e-14) == "");
  }
}

TEST_CASE("what a is at the first step is not read") {
  const Tensor a = row<double>({nan<double>, 2}), b = row<double>({1, 1});
  CHECK(same_values(linear_recurrence(a, b), row<double>({1, 3})));
  const Tape tape;
  CHECK(same_values(gradient(sum(linear_recurrence(a, b)), a), row<double>({0, 1})));
}

TEST_CASE("a recurrence of nothing is nothing") {
  CHECK(linear_recurrence(zeros({0, 2}), zeros({0, 2})).shape() == Shape{0, 2});
  CHECK(linear_recurrence(zeros({2, 0}), zeros({2, 0})).shape() == Shape{2, 0});
}

TEST_CASE("linear_recurrence refuses other shapes, dtypes and axes") {
  CHECK_THROWS_WITH_AS(
      linear_recurrence(zeros({2, 1}), zeros({2, 3})),
      Contains("linear_recurrence: a [2, 1] and b [2, 3]; the shapes must be equal "
               "(tests/ops/linear_recurrence_test.cpp:"),
      ShapeError);
  CHECK_THROWS_AS(linear_recurrence(zeros({2}), zeros({2}, DType::f64)), DTypeError);
  CHECK_THROWS_WITH_AS(linear_recurrence(row({true}), row({true})),
                       Contains("linear_recurrence: tensors of bool; they must be of a number"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(linear_recurrence(zeros({2}), zeros({2}), 1),
                       Contains("linear_recurrence: axis 1 of [2]; it has 1 axis"), ShapeError);
}

GRADIENT_CASE("linear_recurrence", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape(1);
  const int axis = static_cast<int>(draw.between(-shape.rank(), shape.rank() - 1));
  return {{draw.tensor(shape), draw.tensor(shape)}, [=, reverse = draw.coin()](auto x) {
            return linear_recurrence(x[0], x[1], axis, reverse);
          }};
});

}  // namespace
}  // namespace chronograd
