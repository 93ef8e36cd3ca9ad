#include "chronograd/ops/flip.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/stack.h"
#include "chronograd/ops/unstack.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"
#include "tests/ops/laid_out.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE("flip turns an axis around") {
  const Tensor x = Tensor::copy_of<int>({1, 2, 3, 4, 5, 6}, {2, 3});
  CHECK(same_values(flip(x, 0), Tensor::copy_of<int>({4, 5, 6, 1, 2, 3}, {2, 3})));
  CHECK(same_values(flip(x, -1), Tensor::copy_of<int>({3, 2, 1, 6, 5, 4}, {2, 3})));
  CHECK(same_values(flip(row({true, false}), 0), row({false, true})));
}

TEST_CASE("flip of any dtype, layout and axis has the numbers in reverse order") {
  Draw draw{1};
  for (const DType dtype : {DType::f32, DType::f64, DType::i32, DType::i64}) {
    for (int n = 0; n < 40; ++n) {
      const Tape tape;
      const Shape shape = draw.shape(1, 3, 1).with(-1, draw.between(1, 30));
      const Tensor x = laid_out(draw, shape, dtype);
      const int axis = static_cast<int>(draw.below(shape.rank()));
      std::vector<Tensor> entries = unstack(x, axis);
      std::reverse(entries.begin(), entries.end());
      CAPTURE(to_string(shape));
      CAPTURE(axis);
      REQUIRE(same_values(flip(x, axis).detach(), stack(entries, axis).detach()));
    }
  }
}

TEST_CASE("flip of nothing is nothing, and axes that are not there are refused") {
  CHECK(flip(zeros({0, 2}), 0).shape() == Shape{0, 2});
  CHECK_THROWS_WITH_AS(flip(row({1.f}), 1), Contains("flip: axis 1 of [1]"), ShapeError);
  CHECK_THROWS_WITH_AS(flip(Tensor::scalar(1.f), 0), Contains("flip: axis 0 of []"), ShapeError);
  CHECK_THROWS_WITH_AS(flip(Tensor{}, 0), Contains("an empty handle"), ValueError);
}

GRADIENT_CASE("flip", Smooth::yes, [](Draw& draw) -> Trial {
  const Tensor x = draw.tensor(draw.shape(1));
  const int axis = static_cast<int>(draw.below(x.rank()));
  return {{x}, [=](auto xs) { return flip(xs[0], axis); }};
});

}  // namespace
}  // namespace chronograd
