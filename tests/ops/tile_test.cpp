#include "chronograd/ops/tile.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <span>
#include <vector>

#include "chronograd/graph/error.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/mul.h"
#include "tests/ops/counted.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE("tile puts x beside itself, repeat_interleave each element, in every dtype") {
  const Shape shape{2, 3};
  for (const DType dtype : all_dtypes) {
    const Tensor x = counted(shape, dtype);
    CHECK(differs(tile(x, {3, 2}), {6, 6}, [&](const Index& i) {
            return count_at(shape, {i[0] % 2, i[1] % 3}, dtype);
          }) == "");
    CHECK(differs(repeat_interleave(x, 3, -2), {6, 3}, [&](const Index& i) {
            return count_at(shape, {i[0] / 3, i[1]}, dtype);
          }) == "");
    CHECK(differs(repeat_interleave(x, 2, 1), {2, 6}, [&](const Index& i) {
            return count_at(shape, {i[0], i[1] / 2}, dtype);
          }) == "");
  }
  CHECK(tile(2.5, std::span<const std::int64_t>{}).item() == 2.5);
}

TEST_CASE("no times at all is nothing, and so is nothing many times") {
  CHECK(tile(zeros({2, 3}), {0, 2}).shape() == Shape{0, 6});
  CHECK(tile(zeros({2, 0}), {3, 2}).shape() == Shape{6, 0});
  CHECK(repeat_interleave(zeros({2, 3}), 0, 1).shape() == Shape{2, 0});
  CHECK(repeat_interleave(zeros({0, 3}), 2, 1).shape() == Shape{0, 6});
}

TEST_CASE("tile and repeat_interleave refuse other counts, negative ones and other axes") {
  CHECK_THROWS_WITH_AS(tile(zeros({2, 3}), {2}),
                       Contains("tile: 1 numbers for [2, 3]; there must be one for each axis "
                                "(tests/ops/tile_test.cpp:"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(tile(zeros({2}), {-1}), Contains("tile: -1 times; it must be at least 0"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(repeat_interleave(zeros({2}), -2, 0),
                       Contains("repeat_interleave: -2 times; it must"), ShapeError);
  CHECK_THROWS_WITH_AS(repeat_interleave(zeros({2}), 2, 1),
                       Contains("repeat_interleave: axis 1 of [2]; it has 1 axis"), ShapeError);
}

GRADIENT_CASE("tile", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape(1, 3);
  std::vector<std::int64_t> times;
  for (int axis = 0; axis < shape.rank(); ++axis) times.push_back(draw.between(0, 2));
  const int axis = static_cast<int>(draw.between(-shape.rank(), shape.rank() - 1));
  return {{draw.tensor(shape)}, [=, coin = draw.coin()](auto x) {
            return coin ? tile(x[0] * x[0], times) : repeat_interleave(x[0] * x[0], 3, axis);
          }};
});

}  // namespace
}  // namespace chronograd
