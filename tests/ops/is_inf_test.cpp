#include "chronograd/ops/is_inf.h"

#include <doctest/doctest.h>

#include <limits>

#include "chronograd/graph/error.h"
#include "chronograd/ops/full.h"
#include "tests/ops/counted.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE_TEMPLATE("is_inf and is_finite tell infinities, NaN and numbers apart", T, float,
                   double) {
  const T most = std::numeric_limits<T>::max();
  const Tensor x = row<T>({0, most, -most, inf<T>, -inf<T>, nan<T>});
  CHECK(same_values(is_inf(x), row({false, false, false, true, true, false})));
  CHECK(same_values(is_finite(x), row({true, true, true, false, false, false})));
  CHECK(is_inf(zeros({0, 2})).shape() == Shape{0, 2});
}

TEST_CASE("is_inf and is_finite refuse bool and integers") {
  CHECK_THROWS_AS(is_inf(row({1})), DTypeError);
  CHECK_THROWS_AS(is_finite(row({1})), DTypeError);
  CHECK_THROWS_AS(is_finite(row({true})), DTypeError);
}

NO_GRADIENT_CASE("is_inf", "its result is bool");

}  // namespace
}  // namespace chronograd
