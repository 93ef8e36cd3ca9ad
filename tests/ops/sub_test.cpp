#include "chronograd/ops/sub.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <vector>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/square.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE_TEMPLATE("sub is correctly rounded", T, float, double) {
  const Tensor a = spread<T>(-7, 9);
  const Tensor b = spread<T>(0.3, 5);
  CHECK(ulps<T>(
            a - b, [](long double p, long double q) { return p - q; }, a, b) <= 0.5);
}

TEST_CASE("sub broadcasts, and numbers take the other's dtype") {
  const Tensor column = Tensor::copy_of({2.f, 4.f}, {2, 1});
  CHECK(same_values(row({1.f, 2.f}) - column, Tensor::copy_of({-1.f, 0.f, -3.f, -2.f}, {2, 2})));
  CHECK(same_values(row({0.5, 3.}) - 1, row({-0.5, 2.})));
  CHECK(same_values(1 - row({0.5, 3.}), row({0.5, -2.})));
}

TEST_CASE("sub of integers is exact and wraps around") {
  CHECK(same_values(row({9, -1}) - row({1, -3}), row({8, 2})));
  CHECK(same_values(row<std::int64_t>({1LL << 60}) - 1, row<std::int64_t>({(1LL << 60) - 1})));
  const auto least = std::numeric_limits<std::int32_t>::min();
  const auto most = std::numeric_limits<std::int32_t>::max();
  CHECK(same_values(row({least}) - 1, row({most})));
}

TEST_CASE("sub follows IEEE for infinities and NaN") {
  CHECK(same_values(
      row({inf<double>, nan<double>, inf<double>}) - row({-inf<double>, 1., inf<double>}),
      row({inf<double>, nan<double>, nan<double>})));
}

TEST_CASE("the gradient of sub is summed over stretched axes") {
  const Tensor a = row({3., 4.});
  const Tensor b = Tensor::scalar(2, DType::f64);
  const Tensor xs[] = {a, b};
  const Tape tape;
  const std::vector<Tensor> dx = vjp(a - b, xs, row({5., 7.}));
  CHECK(same_values(dx[0], row({5., 7.})));
  CHECK(dx[1].shape() == Shape{});
  CHECK(dx[1].item() == -12.);
}

TEST_CASE("sub of nothing is nothing") {
  CHECK((zeros({3, 0}) - zeros({3, 1})).shape() == Shape{3, 0});
  CHECK((zeros({0}, DType::i32) - 1).values<std::int32_t>().empty());
}

TEST_CASE("sub refuses bool, unequal dtypes and shapes that do not broadcast") {
  CHECK_THROWS_WITH_AS(row({true}) - row({true}),
                       Contains("sub: a tensor of bool; it must be a number type; cast it first "
                                "(tests/ops/sub_test.cpp:"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(row({1.f}) - row({1.}),
                       Contains("sub: f32 with f64; the dtypes must be equal; cast one of them "),
                       DTypeError);
  CHECK_THROWS_WITH_AS(row({1}) - 0.5, Contains("sub: the number 0.5"), DTypeError);
  CHECK_THROWS_WITH_AS(
      zeros({2, 3}) - zeros({4, 3}),
      Contains("sub: [2, 3] with [4, 3]; sizes of aligned axes must be equal or 1 "), ShapeError);
}

GRADIENT_CASE("sub", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape();
  return {{draw.tensor(shape), draw.tensor(draw.stretchable_to(shape))},
          [](auto x) { return x[0] - x[1]; }};
});

GRADIENT_CASE("sub", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape();
  return {{draw.tensor(draw.stretchable_to(shape)), draw.tensor(shape)},
          [](auto x) { return x[0] - square(x[1]) - x[1]; }};
});

}  // namespace
}  // namespace chronograd
