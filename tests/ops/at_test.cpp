#include "chronograd/ops/at.h"

#include <doctest/doctest.h>

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

TEST_CASE("at takes one position of any axis, from either end, in every dtype") {
  const Shape shape{4, 2, 3};
  for (const DType dtype : all_dtypes) {
    const Tensor x = counted(shape, dtype);
    for (int axis = -3; axis < 3; ++axis) {
      for (std::int64_t index = -shape[axis]; index < shape[axis]; ++index) {
        CAPTURE(axis);
        CAPTURE(index);
        const auto expected = [&](Index i) {
          i.insert(i.begin() + shape.axis(axis), index < 0 ? index + shape[axis] : index);
          return count_at(shape, i, dtype);
        };
        CHECK(differs(at(x, index, axis), shape.without(axis), expected) == "");
      }
    }
  }
}

TEST_CASE("at takes a number out of a vector") {
  CHECK(at(counted({5}), 3).shape() == Shape{});
  CHECK(at(counted({5}), -1).item() == 4);
}

TEST_CASE("at sees through views of views") {
  const Tensor x = counted({4, 3, 5});
  const Tape tape;
  CHECK(differs(at(at(transpose(x, 0, 2), 1), 2), {4}, [](const Index& i) {
          return count_at({4, 3, 5}, {i[0], 2, 1});
        }) == "");
}

TEST_CASE("at the first axis shares the memory of x") {
  const Tensor x = counted({5, 4});
  CHECK(at(x, 2).values<float>().data() == x.values<float>().data() + 8);
}

TEST_CASE("at takes nothing from empty rows") {
  CHECK(at(counted({3, 0}), 2).shape() == Shape{0});
  CHECK(at(counted({3, 0, 2}), -1, 2).values<float>().empty());
}

TEST_CASE("the gradients of all steps are written into one") {
  const Tensor x = counted({3, 2}, DType::f64);
  const Tape tape;
  Tensor y = sum(at(x, 0) * 5);
  for (int t = 0; t < 3; ++t) y = y + sum(at(x, t) * (t + 1));
  CHECK(same_values(gradient(y, x), Tensor::copy_of({6., 6., 2., 2., 3., 3.}, {3, 2})));
}

TEST_CASE("at refuses an index out of range") {
  CHECK_THROWS_WITH_AS(at(counted({5, 3}), 7),
                       Contains("at: index 7 of axis 0 of [5, 3]; it must be between -5 and 4 "
                                "(tests/ops/at_test.cpp:"),
                       IndexError);
  CHECK_THROWS_WITH_AS(at(counted({5, 3}), -4, -1),
                       Contains("at: index -4 of axis -1 of [5, 3]; it must be between -3 and 2"),
                       IndexError);
  CHECK_THROWS_WITH_AS(at(counted({0}), 0),
                       Contains("at: index 0 of axis 0 of [0]; there is nothing to index"),
                       IndexError);
  CHECK_THROWS_WITH_AS(at(counted({5, 3}), 0, 2), Contains("at: axis 2 of [5, 3]; it has 2 axes"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(at(1.0, 0), Contains("at: axis 0 of []; it has 0 axes"), ShapeError);
}

GRADIENT_CASE("at", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape(1, 4, 1);
  const auto axis = static_cast<int>(draw.between(-shape.rank(), shape.rank() - 1));
  const std::int64_t first = draw.between(-shape[axis], shape[axis] - 1);
  const std::int64_t second = draw.between(-shape[axis], shape[axis] - 1);
  return {{draw.tensor(shape)},
          [=](auto x) { return square(at(square(x[0]), first, axis)) * at(x[0], second, axis); }};
});

}  // namespace
}  // namespace chronograd
