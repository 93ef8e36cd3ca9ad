#include "chronograd/ops/softplus.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>

#include "chronograd/graph/error.h"
#include "chronograd/ops/full.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"
#include "tests/ops/on_onednn.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE_TEMPLATE("softplus is log(1 + e^x)", T, float, double) {
  const auto exact = [](long double v) { return std::log1p(std::exp(v)); };
  // oneDNN is off by up to 2e-6, so that far below 0 no digit is right.
  const Tensor x = spread<T>(on_onednn<T>() ? -1 : -20, 20);
  CHECK(ulps<T>(softplus(x), exact, x) <= allowed<T>(4, 100));
}

TEST_CASE_TEMPLATE("softplus goes to 0 and to x, and keeps NaN", T, float, double) {
  CHECK(same_values(softplus(row<T>({-10000, 10000, -inf<T>, inf<T>, nan<T>})),
                    row<T>({0, 10000, 0, inf<T>, nan<T>})));
}

TEST_CASE("softplus of nothing is nothing") {
  CHECK(softplus(zeros({3, 0})).shape() == Shape{3, 0});
  CHECK(softplus(zeros({0}, DType::f64)).values<double>().empty());
}

TEST_CASE("softplus refuses integers, bool and empty handles") {
  CHECK_THROWS_WITH_AS(softplus(row({1, 2})),
                       Contains("softplus: a tensor of i32; it must be f32 or f64; cast it first "
                                "(tests/ops/softplus_test.cpp:"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(softplus(row<std::int64_t>({1})), Contains("softplus: a tensor of i64; "),
                       DTypeError);
  CHECK_THROWS_WITH_AS(softplus(row({true})), Contains("softplus: a tensor of bool; "), DTypeError);
  CHECK_THROWS_WITH_AS(softplus(Tensor{}), Contains("an empty handle"), ValueError);
}

GRADIENT_CASE("softplus", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.tensor(draw.shape())}, [](auto x) { return softplus(x[0]); }};
});

}  // namespace
}  // namespace chronograd
