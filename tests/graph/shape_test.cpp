#include "chronograd/graph/shape.h"

#include <doctest/doctest.h>

#include <thread>
#include <vector>

#include "chronograd/graph/error.h"
#include "tests/graph/probe.h"

namespace chronograd {
namespace {

std::vector<std::int64_t> list(std::span<const std::int64_t> values) {
  return {values.begin(), values.end()};
}

TEST_CASE("a shape without axes is a scalar's and has one element") {
  const Shape scalar;
  CHECK(scalar.rank() == 0);
  CHECK(scalar.size() == 1);
  CHECK_FALSE(scalar.empty());
  CHECK(to_string(scalar) == "[]");
  CHECK(scalar == Shape(std::span<const std::int64_t>{}));
}

TEST_CASE("a shape knows its sizes, from either end") {
  const Shape shape{32, 100, 7};
  CHECK(shape.rank() == 3);
  CHECK(shape.size() == 32 * 100 * 7);
  CHECK(shape[0] == 32);
  CHECK(shape[-1] == 7);
  CHECK(shape.axis(-2) == 1);
  CHECK(list(shape.sizes()) == std::vector<std::int64_t>{32, 100, 7});
  CHECK(to_string(shape) == "[32, 100, 7]");
}

TEST_CASE("one size of zero makes a shape empty") {
  CHECK(Shape{3, 0, 2}.empty());
  CHECK(Shape{3, 0, 2}.size() == 0);
  CHECK(Shape{0, std::int64_t{1} << 61}.size() == 0);
}

TEST_CASE("equal sizes make equal shapes with equal hashes, on any thread") {
  const Shape here{2, 3};
  Shape there;
  std::thread{[&] { there = Shape{2, 3}; }}.join();
  CHECK(here == there);
  CHECK(here.hash() == there.hash());
  CHECK_FALSE(here == Shape{3, 2});
  CHECK_FALSE(here == Shape{2, 3, 1});
  CHECK_FALSE(Shape{} == Shape{1});
}

TEST_CASE("axes are replaced, removed and inserted, negative ones counted from the end") {
  const Shape shape{2, 3, 4};
  CHECK(shape.with(1, 9) == Shape{2, 9, 4});
  CHECK(shape.with(-1, 0) == Shape{2, 3, 0});
  CHECK(shape.without(0) == Shape{3, 4});
  CHECK(shape.without(-1) == Shape{2, 3});
  CHECK(shape.inserted(0, 5) == Shape{5, 2, 3, 4});
  CHECK(shape.inserted(3, 5) == Shape{2, 3, 4, 5});
  CHECK(shape.inserted(-1, 5) == Shape{2, 3, 4, 5});
  CHECK(Shape{7}.without(0) == Shape{});
  CHECK(Shape{}.inserted(0, 7) == Shape{7});
}

TEST_CASE("broadcasting aligns at the last axis and stretches ones") {
  CHECK(broadcast({2, 3}, {2, 3}) == Shape{2, 3});
  CHECK(broadcast({2, 3}, {3}) == Shape{2, 3});
  CHECK(broadcast({2, 1}, {1, 3}) == Shape{2, 3});
  CHECK(broadcast({}, {4}) == Shape{4});
  CHECK(broadcast({5, 1}, {0}) == Shape{5, 0});
  CHECK(broadcast({1}, {1, 1, 1}) == Shape{1, 1, 1});
}

TEST_CASE("dense strides walk rows first") {
  CHECK(list(Strides::dense({2, 3, 4}).values()) == std::vector<std::int64_t>{12, 4, 1});
  CHECK(Strides::dense({}).rank() == 0);
  CHECK(Strides::dense({2, 3})[-1] == 1);
  CHECK(Strides::dense({2, 3}) == Strides::dense({9, 3}));
}

TEST_CASE("a negative size is refused") {
  CHECK(test::message_before_place<ShapeError>([&] {
          Shape({2, -3});
        }) == "shape: [2, -3]; sizes must not be negative");
}

TEST_CASE("more than eight axes are refused") {
  CHECK(Shape{1, 1, 1, 1, 1, 1, 1, 1}.rank() == 8);
  CHECK(test::message_before_place<ShapeError>([&] {
          Shape({1, 2, 3, 4, 5, 6, 7, 8, 9});
        }) == "shape: [1, 2, 3, 4, 5, 6, 7, 8, 9]; at most 8 axes are supported");
  CHECK_THROWS_AS((Shape{1, 1, 1, 1, 1, 1, 1, 1}.inserted(0, 1)), ShapeError);
}

TEST_CASE("more elements than can be addressed are refused") {
  const std::int64_t large = std::int64_t{1} << 40;
  CHECK(test::message_before_place<ShapeError>([&] {
          Shape({large, large});
        }) == "shape: [1099511627776, 1099511627776]; that is more elements than can be addressed");
  CHECK_THROWS_AS(Shape({std::int64_t{1} << 62, 2}), ShapeError);
  CHECK_THROWS_AS(Shape({0, large, large}), ShapeError);
}

TEST_CASE("an axis that does not exist is refused") {
  const Shape shape{4, 5};
  CHECK_THROWS_WITH_AS(shape[2], "shape: axis 2 of [4, 5]; it has 2 axes", ShapeError);
  CHECK_THROWS_WITH_AS(shape.without(-3), "shape: axis -3 of [4, 5]; it has 2 axes", ShapeError);
  CHECK_THROWS_AS(Shape{}[0], ShapeError);
}

TEST_CASE("shapes that do not broadcast are refused, naming the axis") {
  CHECK_THROWS_WITH_AS(
      broadcast({2, 3}, {4, 3}),
      "broadcast: [2, 3] and [4, 3]; the sizes 2 and 4 of axis -2 must be equal or 1", ShapeError);
  CHECK_THROWS_AS(broadcast({3}, {2}), ShapeError);
}

}  // namespace
}  // namespace chronograd
