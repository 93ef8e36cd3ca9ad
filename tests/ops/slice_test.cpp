#include "chronograd/ops/slice.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/square.h"
#include "chronograd/ops/sum.h"
#include "chronograd/ops/transpose.h"
#include "tests/ops/counted.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE("slice takes positions of any axis, from either end, in every dtype") {
  const Shape shape{5, 4, 6};
  for (const DType dtype : all_dtypes) {
    const Tensor x = counted(shape, dtype);
    for (int axis = -3; axis < 3; ++axis) {
      CAPTURE(axis);
      const auto shifted = [&](Index i) {
        i[static_cast<std::size_t>(shape.axis(axis))] += 1;
        return count_at(shape, i, dtype);
      };
      CHECK(differs(slice(x, axis, 1, 3), shape.with(axis, 2), shifted) == "");
      const std::int64_t size = shape[axis];
      CHECK(same_values(slice(x, axis, 1 - size, -1), slice(x, axis, 1, size - 1)));
      CHECK(same_values(slice(x, axis, 0, size), x));
    }
  }
}

TEST_CASE("slices of slices and of transposed tensors are seen in the same memory") {
  const Tensor x = counted({5, 6});
  const Tape tape;
  const Tensor y = slice(slice(transpose(x), 0, 1, 5), 1, 2, 5);
  CHECK(differs(slice(y, 0, 2, 3), {1, 3},
                [](const Index& i) { return (i[1] + 2) * 6 + i[0] + 3; }) == "");
  CHECK(slice(slice(x, 0, 2, 4), 0, 1, 2).shape() == Shape{1, 6});
}

TEST_CASE("slice of rows shares the memory of x") {
  const Tensor x = counted({5, 4});
  CHECK(slice(x, 0, 2, 4).values<float>().data() == x.values<float>().data() + 8);
}

TEST_CASE("slices may be empty") {
  CHECK(slice(counted({5, 4}), 1, 4, 4).shape() == Shape{5, 0});
  CHECK(slice(counted({5, 4}), 0, 0, 0).values<float>().empty());
  CHECK(slice(counted({0, 4}), 1, 1, 3).shape() == Shape{0, 2});
  CHECK(slice(counted({0}), 0, 0, 0).shape() == Shape{0});
}

TEST_CASE("the gradients of overlapping slices add up") {
  const Tensor x = counted({4}, DType::f64);
  const Tape tape;
  const Tensor y = sum(slice(x, 0, 0, 3)) + sum(slice(x, 0, 1, 3) * 10) + sum(slice(x, 0, 3, 3));
  CHECK(same_values(gradient(y, x), Tensor::copy_of({1., 11., 11., 0.}, {4})));
}

TEST_CASE("a gradient that somebody holds is not overwritten by the next slice's") {
  const Tensor x = counted({3}, DType::f64);
  const Tape tape;
  const Tensor first = gradient(sum(slice(x, 0, 0, 2)), x);
  const Tensor both = gradient(sum(slice(x, 0, 0, 2)) + sum(slice(x, 0, 1, 3)), x);
  CHECK(same_values(both, Tensor::copy_of({1., 2., 1.}, {3})));
  CHECK(same_values(first, Tensor::copy_of({1., 1., 0.}, {3})));
}

TEST_CASE("slice refuses positions out of range and falling ones") {
  const Tensor x = counted({3, 5});
  CHECK_THROWS_WITH_AS(slice(x, 1, 2, 9),
                       Contains("slice: 2 to 9 of axis 1 of [3, 5]; positions must rise from at "
                                "least 0 to at most 5; negative ones count from the end "
                                "(tests/ops/slice_test.cpp:"),
                       IndexError);
  CHECK_THROWS_WITH_AS(slice(x, -1, -6, 2), Contains("slice: -6 to 2 of axis -1 of [3, 5]; "),
                       IndexError);
  CHECK_THROWS_WITH_AS(slice(x, 0, 2, 1), Contains("slice: 2 to 1 of axis 0 of [3, 5]; "),
                       IndexError);
  CHECK_THROWS_WITH_AS(slice(x, 0, 4, 4), Contains("slice: 4 to 4 of axis 0"), IndexError);
  CHECK_THROWS_WITH_AS(slice(x, 0, 0, INT64_MIN), Contains("slice: 0 to -9223372036854775808"),
                       IndexError);
  CHECK_THROWS_WITH_AS(slice(x, 2, 0, 1), Contains("slice: axis 2 of [3, 5]; it has 2 axes"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(slice(1, 0, 0, 1), Contains("slice: axis 0 of []; it has 0 axes"),
                       ShapeError);
}

// The positions that Python's slice(start, stop, step) takes.
std::vector<std::int64_t> taken(const SliceOptions& options, std::int64_t size) {
  const std::int64_t low = options.step < 0 ? -1 : 0;
  const std::int64_t high = options.step < 0 ? size - 1 : size;
  const auto bound = [&](std::int64_t at) {
    return std::clamp(at < 0 ? at + size : at, low, high);
  };
  const std::int64_t start = options.start      ? bound(*options.start)
                             : options.step < 0 ? size - 1
                                                : 0;
  const std::int64_t stop = options.stop ? bound(*options.stop) : options.step < 0 ? -1 : size;
  std::vector<std::int64_t> positions;
  for (std::int64_t at = start; options.step < 0 ? at > stop : at < stop; at += options.step) {
    positions.push_back(at);
  }
  return positions;
}

TEST_CASE("slices with a step take the positions that Python's take") {
  for (const std::int64_t size : {0, 1, 5, 6}) {
    const Shape shape{2, size, 3};
    const Tensor x = counted(shape, DType::i64);
    for (const std::int64_t step : {-9, -3, -2, -1, 1, 2, 3, 9}) {
      for (std::int64_t start = -8; start <= 8; ++start) {
        for (std::int64_t stop = -8; stop <= 8; ++stop) {
          SliceOptions options{.step = step};
          if (start != 8) options.start = start;
          if (stop != 8) options.stop = stop;
          const std::vector<std::int64_t> positions = taken(options, size);
          CAPTURE(size);
          CAPTURE(start);
          CAPTURE(stop);
          CAPTURE(step);
          REQUIRE(differs(slice(x, start % 2 == 0 ? 1 : -2, options),
                          shape.with(1, static_cast<std::int64_t>(positions.size())), [&](Index i) {
                            i[1] = positions[static_cast<std::size_t>(i[1])];
                            return count_at(shape, i);
                          }) == "");
        }
      }
    }
  }
}

TEST_CASE("a slice with a step is seen in the memory of x, in every dtype") {
  for (const DType dtype : all_dtypes) {
    const Tensor x = counted({9, 2}, dtype);
    CHECK(differs(slice(x, 0, {.start = 1, .step = 3}), {3, 2}, [&](Index i) {
            i[0] = 1 + 3 * i[0];
            return count_at({9, 2}, i, dtype);
          }) == "");
  }
  const Tensor x = counted({9});
  const Tape tape;
  const Tensor y = slice(slice(x, 0, {.start = 1, .step = 2}), 0, {.step = 2});
  CHECK(same_values(y, Tensor::copy_of<float>({1, 5}, {2})));
}

TEST_CASE("slice refuses a step of 0 and axes that are not there, and takes any large step") {
  const Tensor x = counted({3, 5});
  CHECK_THROWS_WITH_AS(slice(x, 1, {.step = 0}),
                       Contains("slice: a step of 0; it must lead to another position "
                                "(tests/ops/slice_test.cpp:"),
                       ValueError);
  CHECK_THROWS_WITH_AS(slice(x, 2, {.step = 2}), Contains("slice: axis 2 of [3, 5]; it has 2 axes"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(slice(1, 0, {}), Contains("slice: axis 0 of []; it has 0 axes"), ShapeError);
  CHECK(same_values(slice(x, 0, {.step = INT64_MAX}), slice(x, 0, 0, 1)));
  CHECK(same_values(slice(x, 0, {.step = INT64_MIN}), slice(x, 0, 2, 3)));
}

GRADIENT_CASE("slice with a step", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape(1);
  const auto axis = static_cast<int>(draw.between(-shape.rank(), shape.rank() - 1));
  SliceOptions options{.step = draw.between(1, 3)};
  if (draw.coin()) options.start = draw.between(-2, 2);
  if (draw.coin()) options.stop = draw.between(-2, 6);
  SliceOptions backwards{.step = -2};
  return {{draw.tensor(shape)}, [=](auto x) {
            const Tensor y = square(slice(square(x[0]), axis, options));
            return y * sum(square(slice(x[0], axis, backwards)));
          }};
});

GRADIENT_CASE("slice", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape(1);
  const auto axis = static_cast<int>(draw.between(-shape.rank(), shape.rank() - 1));
  const std::int64_t start = draw.between(0, shape[axis]);
  const std::int64_t stop = draw.between(start, shape[axis]);
  return {{draw.tensor(shape)}, [=](auto x) {
            return square(slice(square(x[0]), axis, start, stop)) *
                   slice(x[0], axis, shape[axis] - stop, shape[axis] - start);
          }};
});

}  // namespace
}  // namespace chronograd
