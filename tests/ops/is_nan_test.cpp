#include "chronograd/ops/is_nan.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/full.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE_TEMPLATE("is_nan tells what is not a number", T, float, double) {
  CHECK(same_values(is_nan(row<T>({0, nan<T>, inf<T>, -inf<T>, -nan<T>})),
                    row({false, true, false, false, true})));
}

TEST_CASE("is_nan refuses integers, bool and empty handles") {
  CHECK(is_nan(zeros({3, 0})).shape() == Shape{3, 0});
  CHECK_THROWS_WITH_AS(is_nan(row({1})), Contains("is_nan: a tensor of i32; it must be f32 or f64"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(is_nan(row({true})), Contains("is_nan: a tensor of bool; "), DTypeError);
  CHECK_THROWS_WITH_AS(is_nan(Tensor{}), Contains("an empty handle"), ValueError);
}

NO_GRADIENT_CASE("is_nan", "its result is bool");

}  // namespace
}  // namespace chronograd
