#include "chronograd/ops/cumsum.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/sum.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE("cumsum runs along any axis, from either end, with or without the element itself") {
  const Tensor x = Tensor::copy_of<float>({1, 2, 3, 4, 5, 6}, {2, 3});
  CHECK(same_values(cumsum(x), Tensor::copy_of<float>({1, 3, 6, 4, 9, 15}, {2, 3})));
  CHECK(same_values(cumsum(x, 0), Tensor::copy_of<float>({1, 2, 3, 5, 7, 9}, {2, 3})));
  CHECK(same_values(cumsum(x, 1, {.reverse = true}),
                    Tensor::copy_of<float>({6, 5, 3, 15, 11, 6}, {2, 3})));
  CHECK(same_values(cumsum(x, 1, {.exclusive = true}),
                    Tensor::copy_of<float>({0, 1, 3, 0, 4, 9}, {2, 3})));
  CHECK(
      same_values(cumsum(row({1, 2, 3}), 0, {.exclusive = true, .reverse = true}), row({5, 3, 0})));
}

TEST_CASE("cumsum keeps NaN from where it stands, and nothing is nothing") {
  CHECK(same_values(cumsum(row({1.f, nan<float>, 2.f})), row({1.f, nan<float>, nan<float>})));
  CHECK(cumsum(zeros({3, 0})).shape() == Shape{3, 0});
  CHECK(cumsum(zeros({0, 3})).shape() == Shape{0, 3});
}

TEST_CASE("cumsum refuses bool, scalars and axes that are not there") {
  CHECK_THROWS_WITH_AS(cumsum(row({true})),
                       Contains("cumsum: a tensor of bool; it must be a number"), DTypeError);
  CHECK_THROWS_WITH_AS(cumsum(row({1.f}), 1), Contains("cumsum: axis 1 of [1]"), ShapeError);
  CHECK_THROWS_WITH_AS(cumsum(Tensor::scalar(1.f)), Contains("cumsum: axis -1 of []"), ShapeError);
}

GRADIENT_CASE("cumsum", Smooth::yes, [](Draw& draw) -> Trial {
  const Tensor x = draw.tensor(draw.shape(1));
  const int axis = static_cast<int>(draw.below(x.rank()));
  const CumsumOptions options{.exclusive = draw.coin(), .reverse = draw.coin()};
  return {{x}, [=](auto xs) { return cumsum(xs[0], axis, options); }};
});

}  // namespace
}  // namespace chronograd
