#include "chronograd/ops/diagonal.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sum.h"
#include "tests/ops/counted.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE("diagonal takes any diagonal of any two axes, in every dtype") {
  const Shape shape{3, 4, 5};
  for (const DType dtype : all_dtypes) {
    const Tensor x = counted(shape, dtype);
    for (std::int64_t offset = -7; offset <= 7; ++offset) {
      CAPTURE(offset);
      const std::int64_t down = std::max<std::int64_t>(0, -offset);
      const std::int64_t right = std::max<std::int64_t>(0, offset);
      const auto count = [&](std::int64_t m, std::int64_t n) {
        return std::max<std::int64_t>(0, std::min(m - down, n - right));
      };
      CHECK(differs(diagonal(x, offset), {3, count(4, 5)}, [&](const Index& i) {
              return count_at(shape, {i[0], i[1] + down, i[1] + right}, dtype);
            }) == "");
      CHECK(differs(diagonal(x, offset, -1, 0), {4, count(5, 3)}, [&](const Index& i) {
              return count_at(shape, {i[1] + right, i[0], i[1] + down}, dtype);
            }) == "");
    }
  }
}

TEST_CASE("diag puts x on a diagonal, from where diagonal takes it") {
  CHECK(same_values(diag(row<float>({1, 2})), Tensor::copy_of<float>({1, 0, 0, 2}, {2, 2})));
  CHECK(same_values(diag(row<float>({5}), 1), Tensor::copy_of<float>({0, 5, 0, 0}, {2, 2})));
  CHECK(same_values(diag(row<float>({5}), -1), Tensor::copy_of<float>({0, 0, 5, 0}, {2, 2})));
  for (const DType dtype : all_dtypes) {
    const Tensor x = counted({2, 3}, dtype);
    for (const std::int64_t offset : {-2, 0, 3}) {
      CHECK(diag(x, offset).shape() == Shape{2, 3 + std::abs(offset), 3 + std::abs(offset)});
      CHECK(same_values(diagonal(diag(x, offset), offset), x));
    }
  }
  const Tensor odd = diag(row({nan<float>, inf<float>}));
  CHECK(same_values(odd, Tensor::copy_of<float>({nan<float>, 0, 0, inf<float>}, {2, 2})));
}

TEST_CASE("eye is the identity matrix") {
  CHECK(same_values(eye(2), Tensor::copy_of<float>({1, 0, 0, 1}, {2, 2})));
  CHECK(same_values(eye(2, DType::boolean), Tensor::copy_of({true, false, false, true}, {2, 2})));
  CHECK(eye(0, DType::i64).shape() == Shape{0, 0});
  CHECK_THROWS_AS(eye(-1), ShapeError);
}

TEST_CASE("diagonals of nothing are nothing") {
  CHECK(diagonal(zeros({0, 4})).shape() == Shape{0});
  CHECK(diagonal(zeros({4, 0}), -1).shape() == Shape{0});
  CHECK(diagonal(zeros({0, 2, 2})).shape() == Shape{0, 2});
  CHECK(diagonal(zeros({2, 3}), INT64_MIN).shape() == Shape{0});
  CHECK(same_values(diag(zeros({0}), 2), zeros({2, 2})));
}

TEST_CASE("diagonal and diag refuse one axis twice and axes that are not there") {
  CHECK_THROWS_WITH_AS(diagonal(zeros({2, 3}), 0, 1, -1),
                       Contains("diagonal: axis 1 of [2, 3] twice; two axes have a diagonal "
                                "(tests/ops/diagonal_test.cpp:"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(diagonal(zeros({3})), Contains("diagonal: axis -2 of [3]; it has 1 axis ("),
                       ShapeError);
  CHECK_THROWS_WITH_AS(diagonal(zeros({3, 3}), 0, 0, 2), Contains("diagonal: axis 2 of [3, 3]"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(diag(1), Contains("diag: axis -1 of []; it has 0 axes ("), ShapeError);
  CHECK_THROWS_WITH_AS(diag(Tensor{}), Contains("an empty handle"), ValueError);
}

GRADIENT_CASE("diagonal", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape(2);
  const int a = static_cast<int>(draw.below(shape.rank()));
  const int b = static_cast<int>((a + 1 + draw.below(shape.rank() - 1)) % shape.rank());
  return {{draw.tensor(shape)}, [=, offset = draw.between(-2, 2)](auto x) {
            return diagonal(x[0] * x[0], offset, a, b);
          }};
});

GRADIENT_CASE("diag", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.tensor(draw.shape(1, 2))},
          [offset = draw.between(-2, 2)](auto x) { return diag(x[0] * x[0], offset); }};
});

}  // namespace
}  // namespace chronograd
