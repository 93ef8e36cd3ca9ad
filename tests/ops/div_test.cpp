#include "chronograd/ops/div.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>

#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/full.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE_TEMPLATE("div is correctly rounded", T, float, double) {
  const Tensor a = spread<T>(-7, 9);
  const Tensor b = spread<T>(0.3, 5);
  CHECK(ulps<T>(
            a / b, [](long double p, long double q) { return p / q; }, a, b) <= 0.5);
}

TEST_CASE("div broadcasts, and numbers take the other's dtype") {
  const Tensor column = Tensor::copy_of({2.f, 4.f}, {2, 1});
  CHECK(same_values(row({8.f, 16.f}) / column, Tensor::copy_of({4.f, 8.f, 2.f, 4.f}, {2, 2})));
  CHECK(same_values(1 / row({4., -2.}), row({0.25, -0.5})));
  CHECK(same_values(row({9, 8}) / 2, row({4, 4})));
}

TEST_CASE("floating numbers divided by 0 are inf or NaN") {
  CHECK(same_values(row({1., -1., 0., nan<double>}) / 0,
                    row({inf<double>, -inf<double>, nan<double>, nan<double>})));
  CHECK(same_values(row({1.f}) / inf<float>, row({0.f})));
}

TEST_CASE("integers truncate towards 0 and wrap around") {
  CHECK(same_values(row({7, -7, 7, -7}) / row({2, 2, -2, -2}), row({3, -3, -3, 3})));
  const auto least = std::numeric_limits<std::int64_t>::min();
  CHECK(same_values(row<std::int64_t>({least}) / row<std::int64_t>({-1}),
                    row<std::int64_t>({least})));
}

TEST_CASE("an integer divided by 0 throws, each time it is asked for") {
  CHECK_THROWS_WITH_AS(row({1, 2}) / row({1, 0}), Contains("div: integer division by zero"),
                       ValueError);
  const Tape tape;
  const Tensor y = row({1, 2}) / row({1, 0});
  CHECK_THROWS_AS(y.values<std::int32_t>(), ValueError);
  CHECK_THROWS_AS(y.values<std::int32_t>(), ValueError);
}

TEST_CASE("div of nothing is nothing") {
  CHECK((zeros({3, 0}) / zeros({3, 1})).shape() == Shape{3, 0});
  CHECK((zeros({0}, DType::i32) / zeros({0}, DType::i32)).values<std::int32_t>().empty());
}

TEST_CASE("div refuses bool, unequal dtypes and shapes that do not broadcast") {
  CHECK_THROWS_WITH_AS(row({true}) / row({true}),
                       Contains("div: a tensor of bool; it must be a number type; cast it first "
                                "(tests/ops/div_test.cpp:"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(row({1.f}) / row({1.}),
                       Contains("div: f32 with f64; the dtypes must be equal; cast one of them "),
                       DTypeError);
  CHECK_THROWS_WITH_AS(
      zeros({2, 3}) / zeros({4, 3}),
      Contains("div: [2, 3] with [4, 3]; sizes of aligned axes must be equal or 1 "), ShapeError);
}

GRADIENT_CASE("div", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape();
  return {{draw.tensor(shape), draw.away_from_zero(draw.stretchable_to(shape), 0.5)},
          [](auto x) { return x[0] / x[1]; }};
});

GRADIENT_CASE("div", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape();
  return {{draw.tensor(draw.stretchable_to(shape)), draw.away_from_zero(shape, 0.5)},
          [](auto x) { return x[0] / x[1] + 1 / x[1]; }};
});

}  // namespace
}  // namespace chronograd
