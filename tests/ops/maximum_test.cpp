#include "chronograd/ops/maximum.h"

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

TEST_CASE_TEMPLATE("maximum takes the larger number", T, float, double) {
  const Tensor a = spread<T>(-7, 9);
  const Tensor b = spread<T>(4, -3);
  CHECK(ulps<T>(
            maximum(a, b), [](long double p, long double q) { return std::max(p, q); }, a, b) == 0);
}

TEST_CASE("maximum broadcasts, and takes integers and numbers") {
  const Tensor column = Tensor::copy_of({1.f, 3.f}, {2, 1});
  CHECK(
      same_values(maximum(column, row({2.f, 0.f})), Tensor::copy_of({2.f, 1.f, 3.f, 3.f}, {2, 2})));
  CHECK(same_values(maximum(row({-1, 5}), 3), row({3, 5})));
  CHECK(same_values(maximum(0, row({-1., 2.})), row({0., 2.})));
  const Tensor large = row<std::int64_t>({(1LL << 60) + 1});
  CHECK(same_values(maximum(large, row<std::int64_t>({1LL << 60})), large));
}

TEST_CASE_TEMPLATE("maximum is NaN if either is", T, float, double) {
  // oneDNN takes the second number where the first is NaN.
  CHECK(same_values(maximum(row<T>({nan<T>, 1, inf<T>, -inf<T>}), row<T>({1, nan<T>, 2, 2})),
                    row<T>({on_onednn<T>() ? 1 : nan<T>, nan<T>, inf<T>, 2})));
}

TEST_CASE("the gradient of maximum goes to the larger, half to each where they are equal") {
  const Tensor a = row({0., 2., 1., nan<double>});
  const Tensor b = row({1., 2., 0., 1.});
  const Tensor xs[] = {a, b};
  const Tape tape;
  const std::vector<Tensor> dx = vjp(maximum(a, b), xs, row({inf<double>, 3., 5., 7.}));
  CHECK(same_values(dx[0], row({0., 1.5, 5., 7.})));
  CHECK(same_values(dx[1], row({inf<double>, 1.5, 0., 7.})));
}

TEST_CASE("maximum of nothing is nothing") {
  CHECK(maximum(zeros({3, 0}), zeros({3, 1})).shape() == Shape{3, 0});
  CHECK(maximum(zeros({0}), 2).values<float>().empty());
}

TEST_CASE("maximum refuses bool, unequal dtypes and shapes that do not broadcast") {
  CHECK_THROWS_WITH_AS(maximum(row({true}), row({true})),
                       Contains("maximum: a tensor of bool; it must be a number type; cast it "
                                "first (tests/ops/maximum_test.cpp:"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(
      maximum(row({1.f}), row({1.})),
      Contains("maximum: f32 with f64; the dtypes must be equal; cast one of them "), DTypeError);
  CHECK_THROWS_WITH_AS(
      maximum(zeros({2, 3}), zeros({4, 3})),
      Contains("maximum: [2, 3] with [4, 3]; sizes of aligned axes must be equal or 1 "),
      ShapeError);
}

GRADIENT_CASE("maximum", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape();
  const Tensor both = draw.distinct({2 * shape.size()});
  const Tensor a = reshape(slice(both, 0, 0, shape.size()), shape);
  const Tensor b = reshape(slice(both, 0, shape.size(), 2 * shape.size()), shape);
  return {{a, b}, [](auto x) { return maximum(x[0], x[1]); }};
});

GRADIENT_CASE("maximum", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape();
  return {{draw.away_from_zero(shape, 0.2), draw.tensor(draw.stretchable_to(shape), -0.1, 0.1)},
          [](auto x) { return x[0] * maximum(x[1], x[0]); }};
});

}  // namespace
}  // namespace chronograd
