#include "chronograd/ops/roll.h"

#include <doctest/doctest.h>

#include <cstdint>

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

TEST_CASE("roll moves the elements of an axis in a ring, in every dtype") {
  const Shape shape{2, 5};
  for (const DType dtype : all_dtypes) {
    for (std::int64_t shift = -11; shift <= 11; ++shift) {
      CAPTURE(shift);
      CHECK(differs(roll(counted(shape, dtype), shift, -1), shape, [&](const Index& i) {
              return count_at(shape, {i[0], ((i[1] - shift) % 5 + 5) % 5}, dtype);
            }) == "");
    }
  }
  CHECK(same_values(roll(row<float>({1, 2, 3}), 1, 0), row<float>({3, 1, 2})));
  CHECK(same_values(roll(row<float>({1, 2, 3}), INT64_MIN, 0), roll(row<float>({1, 2, 3}), -2, 0)));
}

TEST_CASE("roll of nothing is nothing, and axes that are not there are refused") {
  CHECK(roll(zeros({0, 2}), 3, 0).shape() == Shape{0, 2});
  CHECK_THROWS_WITH_AS(roll(zeros({3}), 1, 1),
                       Contains("roll: axis 1 of [3]; it has 1 axis (tests/ops/roll_test.cpp:"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(roll(1, 1, 0), Contains("roll: axis 0 of []"), ShapeError);
  CHECK_THROWS_WITH_AS(roll(Tensor{}, 1, 0), Contains("an empty handle"), ValueError);
}

GRADIENT_CASE("roll", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape(1);
  const int axis = static_cast<int>(draw.between(-shape.rank(), shape.rank() - 1));
  return {{draw.tensor(shape)},
          [=, shift = draw.between(-9, 9)](auto x) { return roll(x[0] * x[0], shift, axis); }};
});

}  // namespace
}  // namespace chronograd
