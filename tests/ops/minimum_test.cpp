#include "chronograd/ops/minimum.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/slice.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"
#include "tests/ops/on_onednn.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE_TEMPLATE("minimum takes the smaller number", T, float, double) {
  const Tensor a = spread<T>(-7, 9);
  const Tensor b = spread<T>(4, -3);
  CHECK(ulps<T>(
            minimum(a, b), [](long double p, long double q) { return std::min(p, q); }, a, b) == 0);
}

TEST_CASE("minimum broadcasts, and takes integers and numbers") {
  const Tensor column = Tensor::copy_of({1.f, 3.f}, {2, 1});
  CHECK(
      same_values(minimum(column, row({2.f, 0.f})), Tensor::copy_of({1.f, 0.f, 2.f, 0.f}, {2, 2})));
  CHECK(same_values(minimum(row({-1, 5}), 3), row({-1, 3})));
  CHECK(same_values(minimum(0, row({-1., 2.})), row({-1., 0.})));
  const Tensor large = row<std::int64_t>({(1LL << 60) + 1});
  CHECK(same_values(minimum(large, row<std::int64_t>({(1LL << 60) + 2})), large));
}

TEST_CASE_TEMPLATE("minimum is NaN if either is", T, float, double) {
  // oneDNN takes the second number where the first is NaN.
  CHECK(same_values(minimum(row<T>({nan<T>, 1, inf<T>, -inf<T>}), row<T>({1, nan<T>, 2, 2})),
                    row<T>({on_onednn<T>() ? 1 : nan<T>, nan<T>, 2, -inf<T>})));
}

TEST_CASE("the gradient of minimum goes to the smaller, half to each where they are equal") {
  const Tensor a = row({0., 2., 1., nan<double>});
  const Tensor b = row({1., 2., 0., 1.});
  const Tensor xs[] = {a, b};
  const Tape tape;
  const std::vector<Tensor> dx = vjp(minimum(a, b), xs, row({inf<double>, 3., 5., 7.}));
  CHECK(same_values(dx[0], row({inf<double>, 1.5, 0., 7.})));
  CHECK(same_values(dx[1], row({0., 1.5, 5., 7.})));
}

TEST_CASE("minimum of nothing is nothing") {
  CHECK(minimum(zeros({3, 0}), zeros({3, 1})).shape() == Shape{3, 0});
  CHECK(minimum(zeros({0}), 2).values<float>().empty());
}

TEST_CASE("minimum refuses bool, unequal dtypes and shapes that do not broadcast") {
  CHECK_THROWS_WITH_AS(minimum(row({true}), row({true})),
                       Contains("minimum: a tensor of bool; it must be a number type; cast it "
                                "first (tests/ops/minimum_test.cpp:"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(
      minimum(row({1.f}), row({1.})),
      Contains("minimum: f32 with f64; the dtypes must be equal; cast one of them "), DTypeError);
  CHECK_THROWS_WITH_AS(
      minimum(zeros({2, 3}), zeros({4, 3})),
      Contains("minimum: [2, 3] with [4, 3]; sizes of aligned axes must be equal or 1 "),
      ShapeError);
}

GRADIENT_CASE("minimum", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape();
  const Tensor both = draw.distinct({2 * shape.size()});
  const Tensor a = reshape(slice(both, 0, 0, shape.size()), shape);
  const Tensor b = reshape(slice(both, 0, shape.size(), 2 * shape.size()), shape);
  return {{a, b}, [](auto x) { return minimum(x[0], x[1]); }};
});

GRADIENT_CASE("minimum", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape();
  return {{draw.away_from_zero(shape, 0.2), draw.tensor(draw.stretchable_to(shape), -0.1, 0.1)},
          [](auto x) { return x[0] * minimum(x[1], x[0]); }};
});

}  // namespace
}  // namespace chronograd
