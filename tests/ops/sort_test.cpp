#include "chronograd/ops/sort.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sum.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE("sort orders along any axis and says where each element was") {
  const Tensor x = Tensor::copy_of<float>({3, 1, 2, 4, 6, 5}, {2, 3});
  const Sorted up = sort(x);
  CHECK(same_values(up.values, Tensor::copy_of<float>({1, 2, 3, 4, 5, 6}, {2, 3})));
  CHECK(same_values(up.indices, Tensor::copy_of<std::int64_t>({1, 2, 0, 0, 2, 1}, {2, 3})));
  CHECK(same_values(sort(x, 0, true).values, Tensor::copy_of<float>({4, 6, 5, 3, 1, 2}, {2, 3})));
}

TEST_CASE("equal elements stay in order, and NaN counts as the largest") {
  CHECK(same_values(sort(row({2, 1, 2, 1})).indices, row<std::int64_t>({1, 3, 0, 2})));
  CHECK(same_values(sort(row({2, 1, 2, 1}), 0, true).indices, row<std::int64_t>({0, 2, 1, 3})));
  const Tensor x = row({nan<float>, 1.f, inf<float>});
  CHECK(same_values(sort(x).values, row({1.f, inf<float>, nan<float>})));
  CHECK(same_values(sort(x, 0, true).values, row({nan<float>, inf<float>, 1.f})));
}

TEST_CASE("top_k gives the largest or smallest in order") {
  const Tensor x = row({3., 9., 1., 9.});
  CHECK(same_values(top_k(x, 2).values, row({9., 9.})));
  CHECK(same_values(top_k(x, 3).indices, row<std::int64_t>({1, 3, 0})));
  CHECK(same_values(top_k(x, 2, 0, false).values, row({1., 3.})));
  CHECK(top_k(x, 0).values.shape() == Shape{0});
}

TEST_CASE("sort and top_k refuse axes that are not there and too large a k") {
  CHECK_THROWS_WITH_AS(sort(row({1.f}), 1), Contains("sort: axis 1 of [1]"), ShapeError);
  CHECK_THROWS_WITH_AS(top_k(row({1.f}), 2),
                       Contains("top_k: k = 2 along axis 0 of [1]; k must be "
                                "from 0 to 1"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(top_k(row({1.f}), -1), Contains("top_k: k = -1"), ShapeError);
  CHECK(sort(zeros({0, 3}), 0).values.shape() == Shape{0, 3});
}

GRADIENT_CASE("sort", Smooth::yes, [](Draw& draw) -> Trial {
  const Tensor x = draw.distinct(draw.shape(1, 3, 1));
  const int axis = static_cast<int>(draw.below(x.rank()));
  return {{x}, [=](auto xs) { return sort(xs[0], axis, true).values; }};
});
GRADIENT_CASE("top_k", Smooth::yes, [](Draw& draw) -> Trial {
  const Tensor x = draw.distinct(draw.shape(1, 3, 1));
  const std::int64_t k = draw.between(1, x.shape()[-1]);
  return {{x}, [=](auto xs) { return top_k(xs[0], k).values; }};
});

}  // namespace
}  // namespace chronograd
