#include "chronograd/ops/flip.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/full.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

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
