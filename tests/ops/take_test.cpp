#include "chronograd/ops/take.h"

#include <doctest/doctest.h>

#include <cstdint>

#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/mul.h"
#include "tests/ops/counted.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE("take puts indices of any shape in the place of an axis, in every dtype") {
  const Shape shape{2, 3, 4};
  const std::int64_t at[] = {2, 0, 1, 1, 0, 2};
  const Tensor indices = Tensor::copy_of<std::int64_t>({2, 0, 1, 1, 0, 2}, {3, 2});
  for (const DType dtype : all_dtypes) {
    const Tensor x = counted(shape, dtype);
    CHECK(differs(take(x, indices, 1), {2, 3, 2, 4}, [&](const Index& i) {
            return count_at(shape, {i[0], at[i[1] * 2 + i[2]], i[3]}, dtype);
          }) == "");
    CHECK(differs(take(x, row({3, 1}), -1), {2, 3, 2}, [&](const Index& i) {
            return count_at(shape, {i[0], i[1], i[2] == 0 ? 3 : 1}, dtype);
          }) == "");
    CHECK(differs(take(x, row({1}), 0), {1, 3, 4}, [&](const Index& i) {
            return count_at(shape, {1, i[1], i[2]}, dtype);
          }) == "");
  }
  CHECK(take(counted(shape), Tensor::scalar(1, DType::i32), 1).shape() == Shape{2, 4});
}

TEST_CASE("take of nothing is nothing") {
  CHECK(take(zeros({2, 3}), zeros({0}, DType::i64), 1).shape() == Shape{2, 0});
  CHECK(take(zeros({0, 3}), row({2, 1}), 1).shape() == Shape{0, 2});
}

TEST_CASE("take refuses indices out of range, floating ones and axes that are not there") {
  CHECK_THROWS_WITH_AS(take(zeros({2, 3}), row({0, 3}), 1), Contains("take: index 3 at [1]; "),
                       IndexError);
  CHECK_THROWS_WITH_AS(take(zeros({2, 3}), row({-1}), 1), Contains("take: index -1 at [0]; "),
                       IndexError);
  CHECK_THROWS_WITH_AS(take(zeros({2, 3}), row({1.f}), 1), Contains("take: indices of f32"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(take(zeros({2, 3}), row({1}), 2),
                       Contains("take: axis 2 of [2, 3]; it has 2 axes (tests/ops/take_test.cpp:"),
                       ShapeError);
}

GRADIENT_CASE("take", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape x = draw.shape(1, 3, 1);
  const int axis = static_cast<int>(draw.between(-x.rank(), x.rank() - 1));
  const Tensor indices = draw.indices(draw.shape(0, 2), x[axis]);
  return {{draw.tensor(x)}, [=](auto xs) { return take(xs[0] * xs[0], indices, axis); }};
});

}  // namespace
}  // namespace chronograd
