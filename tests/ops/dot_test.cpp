#include "chronograd/ops/dot.h"

#include <doctest/doctest.h>

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

TEST_CASE("dot is the inner product and outer the outer") {
  const Tensor a = row<float>({1, 2, 3}), b = row<float>({4, 5, 6});
  CHECK(dot(a, b).item() == 32);
  CHECK(same_values(outer(a, row<float>({10, 1})),
                    Tensor::copy_of<float>({10, 1, 20, 2, 30, 3}, {3, 2})));
  CHECK(dot(row({2}), row({3})).item() == 6);
  CHECK(dot(zeros({0}), zeros({0})).item() == 0);
  CHECK(outer(zeros({0}), b).shape() == Shape{0, 3});
}

TEST_CASE("dot and outer refuse what are no vectors, or of other sizes and dtypes") {
  CHECK_THROWS_WITH_AS(dot(zeros({2}), zeros({3})),
                       Contains("dot: [2] and [3]; both must be vectors of one size "
                                "(tests/ops/dot_test.cpp:"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(dot(zeros({1, 2}), zeros({1, 2})), Contains("dot: [1, 2] and [1, 2]; both"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(outer(zeros({2, 1}), zeros({3})),
                       Contains("outer: [2, 1] and [3]; both must be vectors ("), ShapeError);
  CHECK_THROWS_WITH_AS(dot(zeros({2}), zeros({2}, DType::f64)), Contains("dot: f32 with f64"),
                       DTypeError);
}

GRADIENT_CASE("dot", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape n{draw.between(0, 5)};
  return {{draw.tensor(n), draw.tensor(n)},
          [](auto x) { return dot(x[0] * x[0], x[1]) * outer(x[0], x[1]); }};
});

}  // namespace
}  // namespace chronograd
