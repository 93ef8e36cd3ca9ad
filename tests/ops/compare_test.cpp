#include "chronograd/ops/compare.h"

#include <doctest/doctest.h>

#include <cstdint>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/cast.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sum.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE_TEMPLATE("comparisons yield bool, whatever the dtype", T, float, double, std::int32_t,
                   std::int64_t) {
  const Tensor a = row<T>({1, 2, 3});
  const Tensor b = row<T>({2, 2, 2});
  CHECK(same_values(equal(a, b), row({false, true, false})));
  CHECK(same_values(not_equal(a, b), row({true, false, true})));
  CHECK(same_values(a < b, row({true, false, false})));
  CHECK(same_values(a <= b, row({true, true, false})));
  CHECK(same_values(a > b, row({false, false, true})));
  CHECK(same_values(a >= b, row({false, true, true})));
}

TEST_CASE("comparisons of 64-bit integers are exact") {
  const std::int64_t large = (1LL << 60) + 1;
  CHECK(same_values(row({large}) > row({large - 1}), row({true})));
  CHECK(same_values(equal(row({large}), row({large - 1})), row({false})));
}

TEST_CASE("false is less than true") {
  const Tensor a = row({false, false, true, true});
  const Tensor b = row({false, true, false, true});
  CHECK(same_values(a < b, row({false, true, false, false})));
  CHECK(same_values(equal(a, b), row({true, false, false, true})));
}

TEST_CASE_TEMPLATE("NaN is unequal to all, and neither less nor greater", T, float, double) {
  const Tensor a = row<T>({nan<T>, nan<T>, 1});
  const Tensor b = row<T>({nan<T>, 1, nan<T>});
  const Tensor none = row({false, false, false});
  CHECK(same_values(not_equal(a, b), row({true, true, true})));
  for (const Tensor& y : {equal(a, b), a<b, a <= b, a> b, a >= b}) CHECK(same_values(y, none));
}

TEST_CASE_TEMPLATE("infinities compare, and zeros of either sign are equal", T, float, double) {
  CHECK(same_values(row<T>({-inf<T>, inf<T>}) < row<T>({0, inf<T>}), row({true, false})));
  CHECK(same_values(equal(row<T>({inf<T>, T(-0.)}), row<T>({inf<T>, 0})), row({true, true})));
}

TEST_CASE("comparisons broadcast, and numbers take the other's dtype") {
  const Tensor column = Tensor::copy_of({1.f, 2.f}, {2, 1});
  CHECK(
      same_values(column < row({1.f, 2.f}), Tensor::copy_of({false, true, false, false}, {2, 2})));
  CHECK(same_values(row({0.1, 0.2}) > 0.1, row({false, true})));
  CHECK(same_values(2 <= row({1, 2}), row({false, true})));
}

TEST_CASE("comparisons of nothing are nothing") {
  CHECK((zeros({3, 0}) < zeros({3, 1})).shape() == Shape{3, 0});
  CHECK(equal(zeros({0}), 1).values<bool>().empty());
}

TEST_CASE("comparisons refuse unequal dtypes, numbers of another type and unfit shapes") {
  CHECK_THROWS_WITH_AS(less(row({1.f}), row({1.})),
                       Contains("less: f32 with f64; the dtypes must be equal; cast one of them "
                                "(tests/ops/compare_test.cpp:"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(greater_equal(row({1}), 0.5), Contains("greater_equal: the number 0.5"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(
      equal(zeros({2, 3}), zeros({4, 3})),
      Contains("equal: [2, 3] with [4, 3]; sizes of aligned axes must be equal or 1 (tests/ops/"),
      ShapeError);
  CHECK_THROWS_WITH_AS(not_equal(zeros({2}), zeros({3})), Contains("not_equal: [2] with [3]; "),
                       ShapeError);
  CHECK_THROWS_WITH_AS(greater(zeros({2}), zeros({3})), Contains("greater: [2] with [3]; "),
                       ShapeError);
  CHECK_THROWS_WITH_AS(less_equal(zeros({2}), zeros({3})), Contains("less_equal: [2] with [3]; "),
                       ShapeError);
}

TEST_CASE("no gradient flows through a comparison") {
  const Tensor x = row({1., -1.});
  const Tape tape;
  CHECK(same_values(gradient(sum(cast(x > 0, DType::f64) * x), x), row({1., 0.})));
}

NO_GRADIENT_CASE("equal", "its result is bool");
NO_GRADIENT_CASE("not_equal", "its result is bool");
NO_GRADIENT_CASE("less", "its result is bool");
NO_GRADIENT_CASE("less_equal", "its result is bool");
NO_GRADIENT_CASE("greater", "its result is bool");
NO_GRADIENT_CASE("greater_equal", "its result is bool");

}  // namespace
}  // namespace chronograd
