#include "chronograd/ops/linspace.h"

#include <doctest/doctest.h>

#include <cstdint>

#include "chronograd/graph/error.h"
#include "chronograd/ops/full.h"
#include "tests/ops/counted.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE("linspace is evenly spaced and ends exactly where it should") {
  CHECK(same_values(linspace(1, 3, 5), row<float>({1, 1.5, 2, 2.5, 3})));
  CHECK(same_values(linspace(2, -2, 3, DType::f64), row<double>({2, 0, -2})));
  CHECK(same_values(linspace(7, 9, 1), row<float>({7})));
  CHECK(linspace(0, 1, 0).shape() == Shape{0});
  const Tensor many = linspace(0.1, 0.7, 1001, DType::f64);
  CHECK(many.values<double>()[0] == 0.1);
  CHECK(many.values<double>()[1000] == 0.7);
}

TEST_CASE("arange goes in steps up to before the end, or down") {
  CHECK(same_values(arange(1, 2, 0.25), row<float>({1, 1.25, 1.5, 1.75})));
  CHECK(same_values(arange(5, 0, -2, DType::i64), row<std::int64_t>({5, 3, 1})));
  CHECK(same_values(arange(2, 5), row<float>({2, 3, 4})));
  CHECK(arange(2, 1).shape() == Shape{0});
}

TEST_CASE("linspace and arange refuse what has no numbers") {
  CHECK_THROWS_AS(linspace(0, 1, -1), ShapeError);
  CHECK_THROWS_WITH_AS(linspace(0, 1, 2, DType::i32),
                       Contains("linspace: numbers of i32; they must be f32 or f64"), DTypeError);
  CHECK_THROWS_WITH_AS(arange(0, 1, 0), Contains("in steps of 0.000000; all must be finite"),
                       ValueError);
  CHECK_THROWS_AS(arange(0, inf<double>, 1), ValueError);
  CHECK_THROWS_AS(arange(0, 1, inf<double>), ValueError);
  CHECK_THROWS_WITH_AS(arange(0, 1, 0.5, DType::i32), Contains("as i32; fractions need f32 or f64"),
                       DTypeError);
  CHECK_THROWS_AS(arange(0, 1, 1, DType::boolean), DTypeError);
}

NO_GRADIENT_CASE("linspace", "it has no input");

}  // namespace
}  // namespace chronograd
