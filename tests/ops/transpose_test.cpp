#include "chronograd/ops/transpose.h"

#include <doctest/doctest.h>

#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/expand.h"
#include "chronograd/ops/slice.h"
#include "chronograd/ops/square.h"
#include "tests/ops/counted.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE("transpose swaps any two axes, from either end, in every dtype") {
  const Shape shape{2, 3, 4};
  for (const DType dtype : all_dtypes) {
    const Tensor x = counted(shape, dtype);
    for (int a = -3; a < 3; ++a) {
      for (int b = -3; b < 3; ++b) {
        CAPTURE(a);
        CAPTURE(b);
        const Shape swapped = shape.with(a, shape[b]).with(b, shape[a]);
        const auto expected = [&](Index i) {
          std::swap(i[static_cast<std::size_t>(shape.axis(a))],
                    i[static_cast<std::size_t>(shape.axis(b))]);
          return count_at(shape, i, dtype);
        };
        CHECK(differs(transpose(x, a, b), swapped, expected) == "");
      }
    }
  }
}

TEST_CASE("transpose swaps the last two axes unless told otherwise") {
  CHECK(transpose(counted({2, 3, 4})).shape() == Shape{2, 4, 3});
}

TEST_CASE("permute puts axis axes[k] at k") {
  const Shape shape{2, 3, 4};
  const Tensor x = counted(shape);
  CHECK(differs(permute(x, {2, 0, 1}), {4, 2, 3}, [&](const Index& i) {
          return count_at(shape, {i[1], i[2], i[0]});
        }) == "");
  CHECK(same_values(permute(x, {-1, 0, -2}), permute(x, {2, 0, 1})));
  CHECK(same_values(permute(x, {0, 1, 2}), x));
  CHECK(permute(5, {}).item() == 5);
}

TEST_CASE("transposing twice gives x back, through any view") {
  const Tensor x = counted({4, 3, 5});
  const Tape tape;
  CHECK(same_values(transpose(transpose(x, 0, 2), 0, 2), x));
  CHECK(same_values(permute(permute(x, {2, 0, 1}), {1, 2, 0}), x));
  const Tensor y = transpose(slice(transpose(x, 0, 1), 2, 1, 4), -1, 0);
  CHECK(differs(y, {3, 4, 3}, [](const Index& i) {
          return count_at({4, 3, 5}, {i[1], i[2], i[0] + 1});
        }) == "");
  CHECK(
      differs(transpose(expand(slice(x, 0, 1, 2), {2, 3, 5}), 0, 1), {3, 2, 5}, [](const Index& i) {
        return count_at({4, 3, 5}, {1, i[0], i[2]});
      }) == "");
}

TEST_CASE("transpose of nothing is nothing") {
  CHECK(transpose(counted({2, 0})).shape() == Shape{0, 2});
  CHECK(permute(counted({0, 2, 3}), {1, 2, 0}).values<float>().empty());
}

TEST_CASE("transpose refuses axes that are not there") {
  CHECK_THROWS_WITH_AS(transpose(counted({2, 3}), 0, 2),
                       Contains("transpose: axis 2 of [2, 3]; it has 2 axes "
                                "(tests/ops/transpose_test.cpp:"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(transpose(counted({2})),
                       Contains("transpose: axis -2 of [2]; it has 1 axis"), ShapeError);
  CHECK_THROWS_WITH_AS(transpose(1.0), Contains("transpose: axis -1 of []; it has 0 axes"),
                       ShapeError);
}

TEST_CASE("permute refuses what is no order of all axes") {
  CHECK_THROWS_WITH_AS(permute(counted({2, 3}), {0, 0}),
                       Contains("permute: the axes {0, 0} of [2, 3]; each of its 2 axes must be "
                                "given once (tests/ops/transpose_test.cpp:"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(permute(counted({2, 3}), {1}), Contains("permute: the axes {1} of [2, 3]; "),
                       ShapeError);
  CHECK_THROWS_WITH_AS(permute(counted({2, 3}), {0, 1, -1}),
                       Contains("permute: the axes {0, 1, -1} of [2, 3]; "), ShapeError);
  CHECK_THROWS_WITH_AS(permute(counted({2, 3}), {0, 2}),
                       Contains("permute: axis 2 of [2, 3]; it has 2 axes"), ShapeError);
}

GRADIENT_CASE("transpose", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape(1);
  const auto a = static_cast<int>(draw.between(-shape.rank(), shape.rank() - 1));
  const auto b = static_cast<int>(draw.between(-shape.rank(), shape.rank() - 1));
  return {{draw.tensor(shape)}, [=](auto x) { return square(transpose(square(x[0]), a, b)); }};
});

GRADIENT_CASE("permute", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape();
  std::vector<int> axes;
  for (int k = 0; k < shape.rank(); ++k) {
    axes.insert(axes.begin() + static_cast<std::ptrdiff_t>(draw.below(k + 1)), k);
  }
  return {{draw.tensor(shape)}, [=](auto x) { return square(permute(square(x[0]), axes)); }};
});

}  // namespace
}  // namespace chronograd
