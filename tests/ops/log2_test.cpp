#include "chronograd/ops/log2.h"

#include <doctest/doctest.h>

#include <cmath>

#include "chronograd/graph/error.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/full.h"
#include "tests/ops/counted.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE_TEMPLATE("log2, log10 and exp2 are near the C library's", T, float, double) {
  const Tensor x = spread<T>(0.01, 40);
  CHECK(ulps<T>(
            log2(x), [](long double v) { return std::log2(v); }, x) < 8);
  CHECK(ulps<T>(
            log10(x), [](long double v) { return std::log10(v); }, x) < 8);
  CHECK(ulps<T>(
            exp2(x), [](long double v) { return std::exp2(v); }, x) < 40);
  const Tensor odd = row<T>({0, inf<T>, -1, nan<T>});
  CHECK(same_values(log2(odd), row<T>({-inf<T>, inf<T>, nan<T>, nan<T>})));
  CHECK(same_values(log10(odd), row<T>({-inf<T>, inf<T>, nan<T>, nan<T>})));
  CHECK(same_values(exp2(row<T>({-inf<T>, 0, inf<T>, nan<T>})), row<T>({0, 1, inf<T>, nan<T>})));
  CHECK(exp2(zeros({0, 2})).shape() == Shape{0, 2});
}

TEST_CASE("log2, log10 and exp2 refuse integers and bool") {
  CHECK_THROWS_WITH_AS(log2(row({1})), Contains("log2: "), DTypeError);
  CHECK_THROWS_WITH_AS(log10(row({true})), Contains("log10: "), DTypeError);
  CHECK_THROWS_WITH_AS(exp2(row({1})), Contains("exp2: "), DTypeError);
}

GRADIENT_CASE("log2", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.tensor(draw.shape(), 0.5, 3)},
          [](auto x) { return log2(x[0]) + log10(x[0]) + exp2(x[0]); }};
});

}  // namespace
}  // namespace chronograd
