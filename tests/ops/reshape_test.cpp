#include "chronograd/ops/reshape.h"

#include <doctest/doctest.h>

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

TEST_CASE("reshape keeps the row-major order of every dtype") {
  for (const DType dtype : all_dtypes) {
    const Tensor y = reshape(counted({4, 6}, dtype), {2, 3, 4});
    CHECK(y.dtype() == dtype);
    CHECK(same_values(y, counted({2, 3, 4}, dtype)));
  }
}

TEST_CASE("reshape goes to a scalar and back") {
  CHECK(reshape(counted({1, 1}), {}).shape() == Shape{});
  CHECK(reshape(3.5, {1, 1, 1}).values<float>()[0] == 3.5f);
}

TEST_CASE("reshape of a dense tensor shares its memory") {
  const Tensor x = counted({4, 6});
  CHECK(reshape(x, {24}).values<float>().data() == x.values<float>().data());
}

TEST_CASE("reshape of a view gives the numbers in the view's order") {
  const Tensor x = counted({4, 6});
  const Shape shapes[] = {{4, 6}, {24}, {2, 12}, {12, 2}, {8, 3}, {3, 8}, {2, 2, 2, 3}, {24, 1}};
  const Tape tape;
  for (const Shape& shape : shapes) {
    CAPTURE(to_string(shape));
    const auto in_columns = [&](const Index& i) {
      const std::int64_t at = position(shape, i);
      return at % 4 * 6 + at / 4;
    };
    CHECK(differs(reshape(transpose(x), shape), shape, in_columns) == "");
  }
}

TEST_CASE("reshape takes apart and merges the axes of a slice") {
  const Tensor x = counted({4, 10});
  const Tape tape;
  const Tensor part = slice(x, 1, 2, 8);
  const auto shifted = [](std::int64_t at) { return at / 6 * 10 + at % 6 + 2; };
  for (const Shape& shape : {Shape{4, 1, 2, 3}, Shape{2, 2, 6}, Shape{24}, Shape{2, 1, 2, 6, 1}}) {
    CAPTURE(to_string(shape));
    CHECK(differs(reshape(part, shape), shape,
                  [&](const Index& i) { return shifted(position(shape, i)); }) == "");
  }
}

TEST_CASE("reshape merges repeated axes") {
  const Tensor x = counted({2, 1});
  const Tape tape;
  const Tensor y = reshape(expand(x, {3, 2, 5}), {30});
  CHECK(differs(y, {30}, [](const Index& i) { return i[0] / 5 % 2; }) == "");
}

TEST_CASE("reshape of nothing is nothing in another shape") {
  CHECK(reshape(counted({3, 0}), {0, 7, 2}).shape() == Shape{0, 7, 2});
  const Tape tape;
  CHECK(reshape(transpose(counted({3, 0})), {0}).values<float>().empty());
}

TEST_CASE("reshape refuses another size") {
  CHECK_THROWS_WITH_AS(reshape(counted({2, 3}), {2, 2}),
                       Contains("reshape: [2, 3] to [2, 2]; the sizes 6 and 4 must be equal "
                                "(tests/ops/reshape_test.cpp:"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(reshape(counted({2, 3}), {}),
                       Contains("reshape: [2, 3] to []; the sizes 6 and 1"), ShapeError);
  CHECK_THROWS_WITH_AS(reshape(counted({0}), {1}), Contains("the sizes 0 and 1"), ShapeError);
  CHECK_THROWS_WITH_AS(reshape(counted({2, 3}), {-2, -3}), Contains("must not be negative"),
                       ShapeError);
}

GRADIENT_CASE("reshape", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape(1);
  const bool last = draw.coin();
  return {{draw.tensor(shape)}, [=](auto x) {
            const Shape other = last ? shape.inserted(0, 1) : Shape{shape.size()};
            return square(reshape(square(x[0]), other));
          }};
});

}  // namespace
}  // namespace chronograd
