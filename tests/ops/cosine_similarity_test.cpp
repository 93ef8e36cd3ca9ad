#include "chronograd/ops/cosine_similarity.h"

#include <doctest/doctest.h>

#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/full.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE_TEMPLATE("cosine_similarity is that of the angle", T, float, double) {
  const Tensor a = Tensor::copy_of<T>({1, 0, 3, 4, 0, 0}, {3, 2});
  const Tensor b = Tensor::copy_of<T>({0, 2, -6, -8, 1, 1}, {3, 2});
  const Tensor y = cosine_similarity(a, b);
  REQUIRE(y.shape() == Shape{3});
  CHECK(y.values<T>()[0] == 0);
  CHECK(y.values<T>()[1] == doctest::Approx(-1));
  CHECK(y.values<T>()[2] == 0);
  CHECK_THROWS_AS(cosine_similarity(Tensor::scalar(1), Tensor::scalar(1)), ShapeError);
}

TEST_CASE("cosine_similarity refuses shapes that differ, even when they broadcast") {
  CHECK_THROWS_WITH_AS(cosine_similarity(zeros({2, 3}), zeros({3})),
                       Contains("cosine_similarity: [2, 3] against [3]; the shapes must be equal "
                                "(tests/ops/cosine_similarity_test.cpp:"),
                       ShapeError);
  CHECK_THROWS_AS(cosine_similarity(row({1}), row({1})), DTypeError);
  CHECK_THROWS_AS(cosine_similarity(row({1.f}), row({1.})), DTypeError);
}

GRADIENT_CASE("cosine_similarity", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape(1, 3, 1);
  return {{draw.tensor(shape, 0.2, 2), draw.away_from_zero(shape, 0.3)},
          [](auto x) { return cosine_similarity(x[0], x[1]); }};
});

}  // namespace
}  // namespace chronograd
