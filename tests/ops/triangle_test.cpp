#include "chronograd/ops/triangle.h"

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

TEST_CASE("a triangular mask is true on the diagonal and below") {
  CHECK(same_values(triangular_mask(2, 3), Tensor::copy_of({true, false, false,  //
                                                            true, true, false},
                                                           {2, 3})));
  CHECK(same_values(triangular_mask(3, 2, -1), Tensor::copy_of({false, false,  //
                                                                true, false,   //
                                                                true, true},
                                                               {3, 2})));
  CHECK(same_values(triangular_mask(1, 3, 1), Tensor::copy_of({true, true, false}, {1, 3})));
  CHECK(triangular_mask(0, 2).shape() == Shape{0, 2});
  CHECK_THROWS_AS(triangular_mask(-1, 2), ShapeError);
}

TEST_CASE("tril and triu keep one triangle of matrices, in every dtype") {
  const Shape shape{2, 3, 4};
  for (const DType dtype : all_dtypes) {
    const Tensor x = counted(shape, dtype);
    for (std::int64_t k = -4; k <= 5; ++k) {
      CAPTURE(k);
      CHECK(differs(tril(x, k), shape, [&](const Index& i) {
              return i[2] - i[1] <= k ? count_at(shape, i, dtype) : 0;
            }) == "");
      CHECK(differs(triu(x, k), shape, [&](const Index& i) {
              return i[2] - i[1] >= k ? count_at(shape, i, dtype) : 0;
            }) == "");
    }
  }
}

TEST_CASE("what a triangle leaves out is 0 whatever it was, and triangles of nothing are nothing") {
  const Tensor x = Tensor::copy_of<float>({1, nan<float>, inf<float>, 2}, {2, 2});
  CHECK(same_values(tril(x), Tensor::copy_of<float>({1, 0, inf<float>, 2}, {2, 2})));
  CHECK(same_values(triu(x), Tensor::copy_of<float>({1, nan<float>, 0, 2}, {2, 2})));
  CHECK(tril(zeros({0, 3})).shape() == Shape{0, 3});
  CHECK(triu(zeros({2, 3, 0}), 1).shape() == Shape{2, 3, 0});
}

TEST_CASE("a vector, a number and an empty handle have no triangle") {
  CHECK_THROWS_WITH_AS(tril(zeros({3})),
                       Contains("tril: [3]; a triangle needs at least 2 axes "
                                "(tests/ops/triangle_test.cpp:"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(triu(1), Contains("triu: []; a triangle needs"), ShapeError);
  CHECK_THROWS_WITH_AS(triu(Tensor{}), Contains("an empty handle"), ValueError);
}

GRADIENT_CASE("tril", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.tensor(draw.shape(2))},
          [k = draw.between(-2, 2)](auto x) { return tril(x[0] * x[0], k) + 3 * triu(x[0], k); }};
});

}  // namespace
}  // namespace chronograd
