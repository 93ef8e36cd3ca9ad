#include "chronograd/ops/pad.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

#include "chronograd/graph/error.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/take.h"
#include "tests/ops/counted.h"
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

TEST_CASE("pad takes what it needs from x itself, on both sides, in every dtype") {
  for (const DType dtype : all_dtypes) {
    const Tensor x = counted({3, 2}, dtype);
    const auto rows = [&](std::vector<std::int64_t> at) {
      return take(x, Tensor::copy_of<std::int64_t>(at, {static_cast<std::int64_t>(at.size())}), 0);
    };
    CHECK(same_values(pad(x, 0, 2, 1, PadMode::reflect), rows({2, 1, 0, 1, 2, 1})));
    CHECK(same_values(pad(x, -2, 2, 4, PadMode::edge), rows({0, 0, 0, 1, 2, 2, 2, 2, 2})));
    CHECK(same_values(pad(x, 0, 1, 3, PadMode::wrap), rows({2, 0, 1, 2, 0, 1, 2})));
    CHECK(same_values(pad(x, 1, 0, 0, PadMode::reflect), x));
  }
  CHECK(pad(zeros({0, 2}), 0, 0, 0, PadMode::edge).shape() == Shape{0, 2});
  CHECK(pad(zeros({0, 2}), 1, 1, 1, PadMode::reflect).shape() == Shape{0, 4});
}

TEST_CASE("pad refuses to take from x what it has not") {
  const Tensor x = zeros({3, 2});
  CHECK_THROWS_WITH_AS(pad(x, 0, 3, 1, PadMode::reflect),
                       Contains("pad: 3 before and 1 behind axis 0 of [3, 2]; this mode needs at "
                                "least 4 elements there (tests/ops/pad_test.cpp:"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(pad(x, 0, 0, 4, PadMode::wrap), Contains("at least 4 elements"), ShapeError);
  CHECK_THROWS_WITH_AS(pad(zeros({0}), 0, 1, 0, PadMode::edge), Contains("at least 1 elements"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(pad(x, 2, 0, 0, PadMode::edge), Contains("pad: axis 2 of [3, 2]"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(pad(x, 0, -1, 0, PadMode::wrap), Contains("pad: -1 before and 0 behind"),
                       ShapeError);
}

GRADIENT_CASE("pad with a mode", Smooth::yes, [](Draw& draw) -> Trial {
  const Tensor x = draw.tensor(draw.shape(1, 3, 1));
  const int axis = static_cast<int>(draw.between(-x.rank(), x.rank() - 1));
  const auto mode = static_cast<PadMode>(draw.below(3));
  const std::int64_t most = mode == PadMode::edge ? 3 : x.shape()[axis] - 1;
  const std::int64_t before = draw.between(0, most), after = draw.between(0, most);
  return {{x}, [=](auto xs) { return pad(xs[0] * xs[0], axis, before, after, mode); }};
});

GRADIENT_CASE("pad", Smooth::yes, [](Draw& draw) -> Trial {
  const Tensor x = draw.tensor(draw.shape(1));
  const int axis = static_cast<int>(draw.below(x.rank()));
  const std::int64_t before = draw.below(3), after = draw.below(3);
  return {{x}, [=](auto xs) { return pad(xs[0], axis, before, after, 0.5); }};
});

}  // namespace
}  // namespace chronograd
