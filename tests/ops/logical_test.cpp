#include "chronograd/ops/logical.h"

#include <doctest/doctest.h>

#include "chronograd/graph/error.h"
#include "chronograd/ops/full.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE("logic follows the truth tables") {
  const Tensor a = row({false, false, true, true});
  const Tensor b = row({false, true, false, true});
  CHECK(same_values(logical_and(a, b), row({false, false, false, true})));
  CHECK(same_values(logical_or(a, b), row({false, true, true, true})));
  CHECK(same_values(logical_not(a), row({true, true, false, false})));
}

TEST_CASE("logic broadcasts") {
  const Tensor column = Tensor::copy_of({true, false}, {2, 1});
  CHECK(same_values(logical_and(column, row({true, false})),
                    Tensor::copy_of({true, false, false, false}, {2, 2})));
  CHECK(same_values(logical_or(column, row({true, false})),
                    Tensor::copy_of({true, true, true, false}, {2, 2})));
}

TEST_CASE("logic of nothing is nothing") {
  const Tensor nothing = zeros({3, 0}, DType::boolean);
  CHECK(logical_and(nothing, zeros({3, 1}, DType::boolean)).shape() == Shape{3, 0});
  CHECK(logical_or(nothing, nothing).values<bool>().empty());
  CHECK(logical_not(nothing).values<bool>().empty());
}

TEST_CASE("logic refuses all but bool, and shapes that do not broadcast") {
  CHECK_THROWS_WITH_AS(logical_not(row({1})),
                       Contains("logical_not: a tensor of i32; it must be bool; compare it with "
                                "something first (tests/ops/logical_test.cpp:"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(logical_and(row({true}), row({1.f})),
                       Contains("logical_and: a tensor of f32; it must be bool; "), DTypeError);
  CHECK_THROWS_WITH_AS(logical_or(row({true}), 1), Contains("logical_or: a tensor of f32; "),
                       DTypeError);
  CHECK_THROWS_WITH_AS(
      logical_or(zeros({2}, DType::boolean), zeros({3}, DType::boolean)),
      Contains("logical_or: [2] with [3]; sizes of aligned axes must be equal or 1 (tests/ops/"),
      ShapeError);
}

NO_GRADIENT_CASE("logical_and", "its result is bool");
NO_GRADIENT_CASE("logical_or", "its result is bool");
NO_GRADIENT_CASE("logical_not", "its result is bool");

}  // namespace
}  // namespace chronograd
