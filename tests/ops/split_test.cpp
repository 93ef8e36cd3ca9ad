#include "chronograd/ops/split.h"

#include <doctest/doctest.h>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/concat.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/slice.h"
#include "chronograd/ops/square.h"
#include "chronograd/ops/sum.h"
#include "chronograd/ops/transpose.h"
#include "tests/ops/counted.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE("split cuts any axis into equal parts, in every dtype") {
  const Shape shape{6, 2, 4};
  for (const DType dtype : all_dtypes) {
    const Tensor x = counted(shape, dtype);
    for (int axis = -3; axis < 3; ++axis) {
      CAPTURE(axis);
      const std::vector<Tensor> parts = split(x, 2, axis);
      REQUIRE(parts.size() == 2);
      const std::int64_t half = shape[axis] / 2;
      CHECK(same_values(parts[0], slice(x, axis, 0, half)));
      CHECK(same_values(parts[1], slice(x, axis, half, 2 * half)));
    }
  }
}

TEST_CASE("split cuts the last axis unless told otherwise") {
  const std::vector<Tensor> parts = split(counted({2, 6}), 3);
  REQUIRE(parts.size() == 3);
  CHECK(differs(parts[2], {2, 2}, [](const Index& i) { return i[0] * 6 + i[1] + 4; }) == "");
}

TEST_CASE("split cuts an axis into parts of given sizes") {
  const Tensor x = counted({6, 2});
  const std::vector<Tensor> parts = split(x, {1, 0, 3, 2}, 0);
  REQUIRE(parts.size() == 4);
  CHECK(same_values(parts[0], slice(x, 0, 0, 1)));
  CHECK(parts[1].shape() == Shape{0, 2});
  CHECK(same_values(parts[2], slice(x, 0, 1, 4)));
  CHECK(same_values(parts[3], slice(x, 0, 4, 6)));
  const std::vector<std::int64_t> sizes{2};
  CHECK(same_values(split(x, sizes)[0], x));
}

TEST_CASE("split by names gives each part its role and the caller's line") {
  const Tensor x = counted({2, 6});
  const Tape tape;
  const auto [reset, update, candidate] = split(x, "reset_gate", "update_gate", "candidate");
  CHECK(role_of(reset) == "reset_gate");
  CHECK(role_of(update) == "update_gate");
  CHECK(role_of(candidate) == "candidate");
  CHECK(describe(update).find("split 'update_gate' f32 [2, 2] (tests/ops/split_test.cpp:") == 0);
  CHECK(same_values(update, slice(x, 1, 2, 4)));
}

TEST_CASE("split is one node, and cuts views into views") {
  const Tensor x = counted({6, 4});
  const Tape tape;
  const Tensor view = transpose(x);
  const std::size_t before = tape.recording().size();
  const std::vector<Tensor> parts = split(view, 3);
  CHECK(tape.recording().size() == before + 1);
  CHECK(differs(split(parts[1], 2, 0)[1], {2, 2},
                [](const Index& i) { return (i[1] + 2) * 4 + i[0] + 2; }) == "");
}

TEST_CASE("split of nothing gives empty parts") {
  const std::vector<Tensor> parts = split(counted({3, 0}), 2);
  CHECK(parts[1].shape() == Shape{3, 0});
  CHECK(split(counted({0, 4}), {1, 3})[1].shape() == Shape{0, 3});
}

TEST_CASE("parts nothing depends on have a gradient of zeros") {
  const Tensor x = counted({2, 6}, DType::f64);
  const Tape tape;
  const std::vector<Tensor> parts = split(x, 3);
  CHECK(differs(gradient(sum(parts[1] * 7), x), {2, 6},
                [](const Index& i) { return i[1] / 2 == 1 ? 7 : 0; }) == "");
}

TEST_CASE("split refuses parts that do not make up the axis") {
  const Tensor x = counted({2, 10});
  CHECK_THROWS_WITH_AS(split(x, 4),
                       Contains("split: axis -1 of [2, 10] in 4 equal parts; the size 10 must be a "
                                "multiple of 4 (tests/ops/split_test.cpp:"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(split(x, "a", "b", "c"),
                       Contains("split: axis -1 of [2, 10] in 3 equal parts; "), ShapeError);
  CHECK_THROWS_WITH_AS(split(x, 0), Contains("at least one part is needed"), ShapeError);
  CHECK_THROWS_WITH_AS(split(x, -2), Contains("at least one part is needed"), ShapeError);
  CHECK_THROWS_WITH_AS(split(x, {3, 8}, 1),
                       Contains("split: axis 1 of [2, 10] in parts of {3, 8}; they must not be "
                                "negative and sum to 10"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(split(x, {11, -1}), Contains("in parts of {11, -1}; "), ShapeError);
  CHECK_THROWS_WITH_AS(split(x, {INT64_MAX, 2, INT64_MAX}), Contains("; they must not"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(split(x, std::vector<std::int64_t>{}), Contains("at least one part"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(split(x, 2, 2), Contains("split: axis 2 of [2, 10]; it has 2 axes"),
                       ShapeError);
}

GRADIENT_CASE("split", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape drawn = draw.shape(1);
  const auto axis = static_cast<int>(draw.between(-drawn.rank(), drawn.rank() - 1));
  const std::vector<std::int64_t> sizes{draw.between(0, 2), draw.between(1, 2), drawn[axis]};
  const Shape shape = drawn.with(axis, sizes[0] + sizes[1] + sizes[2]);
  const bool all = draw.coin();
  return {{draw.tensor(shape)}, [=](auto x) {
            const std::vector<Tensor> parts = split(square(x[0]), sizes, axis);
            const Tensor last = square(parts[2]);
            return all ? concat({last, parts[0] * 3, square(parts[1])}, axis) : last;
          }};
});

}  // namespace
}  // namespace chronograd
