#include "chronograd/ops/expand.h"

#include <doctest/doctest.h>

#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/slice.h"
#include "chronograd/ops/square.h"
#include "chronograd/ops/transpose.h"
#include "tests/ops/counted.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE("expand repeats axes of size 1 in every dtype") {
  for (const DType dtype : all_dtypes) {
    const Tensor y = expand(counted({4, 1, 3}, dtype), {4, 2, 3});
    CHECK(y.dtype() == dtype);
    CHECK(differs(y, {4, 2, 3}, [&](const Index& i) {
            return count_at({4, 1, 3}, {i[0], 0, i[2]}, dtype);
          }) == "");
  }
}

TEST_CASE("expand repeats along new leading axes") {
  CHECK(differs(expand(counted({3}), {2, 4, 3}), {2, 4, 3}, [](const Index& i) { return i[2]; }) ==
        "");
  CHECK(differs(expand(7, {2, 3}), {2, 3}, [](const Index&) { return 7; }) == "");
  CHECK(expand(7, {}).item() == 7);
}

TEST_CASE("expand repeats views, and its result is a view again") {
  const Tensor x = counted({4, 3});
  const Tape tape;
  const Tensor row = transpose(slice(x, 1, 2, 3));
  CHECK(differs(expand(row, {2, 4}), {2, 4}, [](const Index& i) { return i[1] * 3 + 2; }) == "");
  const Tensor column = slice(transpose(expand(row, {5, 4})), 0, 1, 3);
  CHECK(differs(column, {2, 5}, [](const Index& i) { return (i[0] + 1) * 3 + 2; }) == "");
}

TEST_CASE("expand repeats nothing, and repeats no times") {
  CHECK(expand(counted({0, 1}), {2, 0, 3}).shape() == Shape{2, 0, 3});
  CHECK(expand(counted({1, 3}), {0, 3}).values<float>().empty());
}

TEST_CASE("expand refuses shapes that x does not broadcast to") {
  CHECK_THROWS_WITH_AS(expand(counted({2, 3}), {2, 4}),
                       Contains("expand: [2, 3] to [2, 4]; only new leading axes and axes of size "
                                "1 can be repeated (tests/ops/expand_test.cpp:"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(expand(counted({2, 3}), {3}), Contains("expand: [2, 3] to [3]; "),
                       ShapeError);
  CHECK_THROWS_WITH_AS(expand(counted({4, 3}), {1, 3}), Contains("expand: [4, 3] to [1, 3]; "),
                       ShapeError);
  CHECK_THROWS_WITH_AS(expand(counted({0}), {3}), Contains("expand: [0] to [3]; "), ShapeError);
}

GRADIENT_CASE("expand", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape();
  return {{draw.tensor(draw.stretchable_to(shape))},
          [=](auto x) { return square(expand(x[0], shape)); }};
});

}  // namespace
}  // namespace chronograd
