#include "chronograd/ops/take_along_axis.h"

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

TEST_CASE("take_along_axis takes by position along an axis") {
  const Tensor x = Tensor::copy_of<float>({1, 2, 3, 4, 5, 6}, {2, 3});
  const Tensor last = Tensor::copy_of<std::int64_t>({2, 0, 1, 1}, {2, 2});
  CHECK(same_values(take_along_axis(x, last), Tensor::copy_of<float>({3, 1, 5, 5}, {2, 2})));
  const Tensor first = Tensor::copy_of<int>({1, 0, 1}, {1, 3});
  CHECK(same_values(take_along_axis(x, first, 0), Tensor::copy_of<float>({4, 2, 6}, {1, 3})));
}

TEST_CASE("take_along_axis refuses indices outside, of other shapes and of floats") {
  const Tensor x = zeros({2, 3});
  CHECK_THROWS_WITH_AS(take_along_axis(x, Tensor::copy_of<int>({0, 3}, {2, 1})),
                       Contains("take_along_axis: index 3 at [1, 0]; axis 1 of [2, 3] has size 3, "
                                "0 to 2 ("),
                       IndexError);
  CHECK_THROWS_WITH_AS(take_along_axis(x, zeros({3, 1}, DType::i64)),
                       Contains("take_along_axis: indices [3, 1] into [2, 3] along axis 1; all "
                                "other sizes must be equal"),
                       ShapeError);
  CHECK_THROWS_AS(take_along_axis(x, zeros({2, 1})), DTypeError);
  CHECK_THROWS_AS(take_along_axis(x, zeros({2, 1}, DType::i64), 2), ShapeError);
}

GRADIENT_CASE("take_along_axis", Smooth::yes, [](Draw& draw) -> Trial {
  const Tensor x = draw.tensor(draw.shape(1, 3, 1));
  const int axis = static_cast<int>(draw.below(x.rank()));
  const Tensor indices = draw.indices(x.shape().with(axis, draw.between(0, 5)), x.shape()[axis]);
  return {{x, indices}, [=](auto xs) { return take_along_axis(xs[0], xs[1], axis); }};
});

}  // namespace
}  // namespace chronograd
