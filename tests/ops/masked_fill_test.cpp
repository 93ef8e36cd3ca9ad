#include "chronograd/ops/masked_fill.h"

#include <doctest/doctest.h>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sum.h"
#include "tests/ops/counted.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE("masked_fill puts a value where the mask is true, in every dtype") {
  const Tensor mask = row({true, false});
  for (const DType dtype : {DType::f32, DType::f64, DType::i32, DType::i64}) {
    CHECK(differs(masked_fill(counted({3, 2}, dtype), mask, 9), {3, 2},
                  [&](const Index& i) { return i[1] == 0 ? 9 : i[0] * 2 + 1; }) == "");
  }
  CHECK(same_values(masked_fill(row<float>({1, nan<float>}), row({false, true}), -inf<double>),
                    row<float>({1, -inf<float>})));
  CHECK(masked_fill(zeros({0, 2}), mask, 1).shape() == Shape{0, 2});
}

TEST_CASE("what was filled gets no gradient, be dy NaN there") {
  const Tape tape;
  const Tensor x = row<double>({1, 2});
  const Tensor y = masked_fill(x, row({true, false}), 0) * row<double>({nan<double>, 3});
  CHECK(same_values(gradient(sum(y), x), row<double>({0, 3})));
}

TEST_CASE("masked_fill refuses masks and values that do not fit") {
  CHECK_THROWS_WITH_AS(
      masked_fill(zeros({2}), zeros({3, 2}, DType::boolean), 0),
      Contains("masked_fill: [2] with a mask of [3, 2] and a value of []; both must "
               "broadcast to the shape of x (tests/ops/masked_fill_test.cpp:"),
      ShapeError);
  CHECK_THROWS_WITH_AS(masked_fill(zeros({2}), row({true, true}), zeros({3})),
                       Contains("masked_fill: [2] with"), ShapeError);
  CHECK_THROWS_WITH_AS(masked_fill(zeros({2}), zeros({2}), 0),
                       Contains("masked_fill: a condition of f32; it must be bool"), DTypeError);
}

GRADIENT_CASE("masked_fill", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape();
  const Tensor mask = draw.booleans(draw.stretchable_to(shape));
  return {{draw.tensor(shape), draw.tensor(draw.stretchable_to(shape))},
          [=](auto x) { return masked_fill(x[0] * x[0], mask, x[1] * x[1]); }};
});

}  // namespace
}  // namespace chronograd
