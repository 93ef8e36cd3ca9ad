#include "chronograd/ops/concat.h"

#include <doctest/doctest.h>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/expand.h"
#include "chronograd/ops/slice.h"
#include "chronograd/ops/square.h"
#include "chronograd/ops/transpose.h"
#include "tests/ops/counted.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE("concat puts parts together along any axis, in every dtype") {
  const Shape shape{4, 3, 5};
  for (const DType dtype : all_dtypes) {
    const Tensor x = counted(shape, dtype);
    for (int axis = -3; axis < 3; ++axis) {
      CAPTURE(axis);
      const Tensor parts[] = {slice(x, axis, 0, 1), slice(x, axis, 1, 1),
                              slice(x, axis, 1, shape[axis])};
      CHECK(same_values(concat(parts, axis), x));
      CHECK(same_values(concat({parts[0], parts[2]}, axis), x));
    }
  }
}

TEST_CASE("concat of one tensor is that tensor") {
  CHECK(same_values(concat({counted({2, 3})}, 1), counted({2, 3})));
}

TEST_CASE("concat reads views") {
  const Tensor x = counted({4, 6});
  const Tape tape;
  const Tensor repeated = expand(slice(x, 0, 1, 2), {3, 6});
  const Tensor y = concat({transpose(slice(x, 1, 1, 3)), slice(transpose(x), 0, 4, 6)}, 0);
  CHECK(differs(y, {4, 4},
                [](const Index& i) { return i[1] * 6 + (i[0] < 2 ? i[0] + 1 : i[0] + 2); }) == "");
  CHECK(differs(concat({repeated, slice(x, 0, 1, 4)}, -1), {3, 12}, [](const Index& i) {
          return i[1] < 6 ? 6 + i[1] : (i[0] + 1) * 6 + i[1] - 6;
        }) == "");
}

TEST_CASE("concat takes the same tensor more than once, and any number of them") {
  const Tensor x = counted({2});
  CHECK(differs(concat({x, x, x}, 0), {6}, [](const Index& i) { return i[0] % 2; }) == "");
  const std::vector<Tensor> many(1000, x);
  const Tape tape;
  CHECK(differs(concat(many, 0), {2000}, [](const Index& i) { return i[0] % 2; }) == "");
}

TEST_CASE("concat of empty tensors is empty") {
  CHECK(concat({counted({2, 0}), counted({2, 0})}, 1).shape() == Shape{2, 0});
  CHECK(concat({counted({2, 0}), counted({3, 0})}, 0).shape() == Shape{5, 0});
}

TEST_CASE("concat of a list says where it was called") {
  const std::vector<Tensor> parts(2, counted({2}));
  const Tape tape;
  CHECK(describe(concat(parts, 0)).find("concat f32 [4] (tests/ops/concat_test.cpp:") == 0);
  CHECK(describe(concat({parts[0], parts[1]}, 0)).find("concat f32 [4] (tests/ops/concat_test") ==
        0);
}

TEST_CASE("concat refuses nothing, other sizes, ranks and dtypes, and axes that are not there") {
  const Tensor x = counted({2, 3});
  CHECK_THROWS_WITH_AS(concat(std::vector<Tensor>{}, 0),
                       Contains("concat: no tensors; at least one is needed"), ShapeError);
  CHECK_THROWS_WITH_AS(concat({x, x, counted({2, 4})}, 0),
                       Contains("concat: [2, 3] and, as number 2, [2, 4] along axis 0; all other "
                                "sizes must be equal (tests/ops/concat_test.cpp:"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(concat({x, counted({3})}, 1), Contains("[2, 3] and, as number 1, [3] along"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(concat({x, counted({2, 3}, DType::f64)}, 1),
                       Contains("concat: f32 with f64; the dtypes must be equal"), DTypeError);
  CHECK_THROWS_WITH_AS(concat({x, x}, 2), Contains("concat: axis 2 of [2, 3]; it has 2 axes"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(concat({1, 2}, 0), Contains("concat: axis 0 of []; it has 0 axes"),
                       ShapeError);
}

GRADIENT_CASE("concat", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape(1);
  const auto axis = static_cast<int>(draw.between(-shape.rank(), shape.rank() - 1));
  const auto part = [&] { return draw.tensor(shape.with(axis, draw.between(0, 3))); };
  return {{part(), part(), part()}, [=](auto x) {
            return square(concat({square(x[0]), x[1], square(x[2]), x[1]}, axis));
          }};
});

}  // namespace
}  // namespace chronograd
