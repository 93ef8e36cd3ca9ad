#include "chronograd/ops/chunk.h"

#include <doctest/doctest.h>

#include <vector>

#include "chronograd/graph/error.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/slice.h"
#include "tests/ops/counted.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE("chunk cuts an axis into parts of which the last may be shorter") {
  const Tensor x = counted({2, 7});
  const std::vector<Tensor> parts = chunk(x, 3);
  REQUIRE(parts.size() == 3);
  CHECK(same_values(parts[0], slice(x, 1, 0, 3)));
  CHECK(same_values(parts[2], slice(x, 1, 6, 7)));
  CHECK(chunk(counted({5}), 4, -1).size() == 3);  // 2, 2 and 1
  CHECK(chunk(counted({2}), 4).size() == 2);
  CHECK(chunk(zeros({0, 2}), 3, 0).size() == 1);
}

TEST_CASE("chunk refuses less than one part and axes that are not there") {
  CHECK_THROWS_WITH_AS(
      chunk(zeros({2}), 0),
      Contains("chunk: 0 parts; there must be at least 1 (tests/ops/chunk_test.cpp:"), ValueError);
  CHECK_THROWS_WITH_AS(chunk(zeros({2}), -1), Contains("chunk: -1 parts"), ValueError);
  CHECK_THROWS_WITH_AS(chunk(zeros({2}), 2, 1), Contains("chunk: axis 1 of [2]"), ShapeError);
}

GRADIENT_CASE("chunk", Smooth::yes, [](Draw& draw) -> Trial {
  const Tensor x = draw.tensor(draw.shape(1));
  const int axis = static_cast<int>(draw.below(x.rank())),
            parts = static_cast<int>(draw.between(1, 4));
  return {{x}, [=](auto xs) { return chunk(xs[0] * xs[0], parts, axis).back(); }};
});

}  // namespace
}  // namespace chronograd
