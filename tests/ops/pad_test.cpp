#include "chronograd/ops/pad.h"

#include <doctest/doctest.h>

#include "chronograd/graph/error.h"
#include "chronograd/ops/full.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE("pad puts elements before and behind an axis") {
  const Tensor x = Tensor::copy_of<int>({1, 2, 3, 4}, {2, 2});
  CHECK(same_values(pad(x, 0, 1, 0), Tensor::copy_of<int>({0, 0, 1, 2, 3, 4}, {3, 2})));
  CHECK(same_values(pad(x, -1, 0, 1, 9), Tensor::copy_of<int>({1, 2, 9, 3, 4, 9}, {2, 3})));
  CHECK(same_values(pad(row({true}), 0, 1, 1), row({false, true, false})));
  CHECK(same_values(pad(zeros({0}), 0, 1, 1, 2), row({2.f, 2.f})));
}

TEST_CASE("pad refuses negative counts, axes that are not there and fractions for integers") {
  CHECK_THROWS_WITH_AS(pad(row({1.f}), 0, -1, 0),
                       Contains("pad: -1 before and 0 behind axis 0; they must not be negative, "
                                "slice takes elements off (tests/ops/pad_test.cpp:"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(pad(row({1.f}), 1, 0, 0), Contains("pad: axis 1 of [1]; there is no such"),
                       ShapeError);
  CHECK_THROWS_AS(pad(row({1}), 0, 1, 0, 0.5), DTypeError);
}

GRADIENT_CASE("pad", Smooth::yes, [](Draw& draw) -> Trial {
  const Tensor x = draw.tensor(draw.shape(1));
  const int axis = static_cast<int>(draw.below(x.rank()));
  const std::int64_t before = draw.below(3), after = draw.below(3);
  return {{x}, [=](auto xs) { return pad(xs[0], axis, before, after, 0.5); }};
});

}  // namespace
}  // namespace chronograd
