#include "chronograd/ops/gelu.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/full.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"
#include "tests/ops/on_onednn.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE_TEMPLATE("gelu is x times the normal distribution", T, float, double) {
  const auto exact = [](long double v) { return v * (1 + std::erf(v / std::sqrt(2.0L))) / 2; };
  const Tensor x = spread<T>(-2, 8);
  CHECK(ulps<T>(gelu(x), exact, x) <= allowed<T>(40, 50));
  CHECK(same_values(gelu(row<T>({0, 10000, -10000, nan<T>})), row<T>({0, 10000, 0, nan<T>})));
  // oneDNN 3.7 makes inf NaN.
  if (!on_onednn<T>()) CHECK(same_values(gelu(row<T>({inf<T>})), row<T>({inf<T>})));
}

TEST_CASE_TEMPLATE("gelu_tanh is the approximation with tanh", T, float, double) {
  const auto exact = [](long double v) {
    const long double u = std::sqrt(2 / 3.14159265358979323846L) * (v + 0.044715L * v * v * v);
    return v * (1 + std::tanh(u)) / 2;
  };
  const Tensor x = spread<T>(-2, 8);
  CHECK(ulps<T>(gelu_tanh(x), exact, x) <= 40);
  CHECK(same_values(gelu_tanh(row<T>({0, 10000, -10000, inf<T>, nan<T>})),
                    row<T>({0, 10000, 0, inf<T>, nan<T>})));
}

TEST_CASE("gelu of nothing is nothing") { CHECK(gelu(zeros({3, 0})).shape() == Shape{3, 0}); }

TEST_CASE("gelu refuses integers, bool and empty handles") {
  CHECK_THROWS_WITH_AS(
      gelu(row({1, 2})),
      Contains(
          " with a tensor of i32; it must be an integer of that type, or the tensor cast first ("),
      DTypeError);
  CHECK_THROWS_WITH_AS(gelu(row({true})), Contains("gelu: a tensor of bool; "), DTypeError);
  CHECK_THROWS_WITH_AS(gelu(Tensor{}), Contains("an empty handle"), ValueError);
}

TEST_CASE("gelu_tanh of nothing is nothing") {
  CHECK(gelu_tanh(zeros({3, 0})).shape() == Shape{3, 0});
}

TEST_CASE("gelu_tanh refuses integers, bool and empty handles") {
  CHECK_THROWS_WITH_AS(
      gelu_tanh(row({1, 2})),
      Contains(
          " with a tensor of i32; it must be an integer of that type, or the tensor cast first ("),
      DTypeError);
  CHECK_THROWS_WITH_AS(gelu_tanh(row({true})), Contains("gelu_tanh: a tensor of bool; "),
                       DTypeError);
  CHECK_THROWS_WITH_AS(gelu_tanh(Tensor{}), Contains("an empty handle"), ValueError);
}

GRADIENT_CASE("gelu", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.tensor(draw.shape())}, [](auto x) { return gelu(x[0]); }};
});
GRADIENT_CASE("gelu_tanh", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.tensor(draw.shape())}, [](auto x) { return gelu_tanh(x[0]); }};
});

}  // namespace
}  // namespace chronograd
