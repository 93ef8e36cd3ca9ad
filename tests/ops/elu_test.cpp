#include "chronograd/ops/elu.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/sum.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"
#include "tests/ops/on_onednn.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE_TEMPLATE("elu is x, or alpha (e^x - 1) below 0", T, float, double) {
  const auto exact = [](long double v) { return v < 0 ? std::expm1(v) : v; };
  const Tensor x = spread<T>(-20, 20);
  // oneDNN subtracts 1 from e^x.
  CHECK(ulps<T>(elu(x), exact, x) <= allowed<T>(4, 8));
  CHECK(same_values(elu(row<T>({-10000, 3, -inf<T>, inf<T>, nan<T>}), 2),
                    row<T>({-2, 3, -2, inf<T>, nan<T>})));
}

TEST_CASE("selu keeps mean 0 and variance 1 of normal numbers") {
  CHECK(selu(Tensor::scalar(1.)).item() == doctest::Approx(1.0507009873554805));
  CHECK(selu(Tensor::scalar(-1e4)).item() == doctest::Approx(-1.7580993408473766));
}

TEST_CASE("the gradient of elu is 1 at 0") {
  const Tensor x = row({-1e4, 0., 2.});
  const Tape tape;
  CHECK(same_values(gradient(sum(elu(x)), x), row({0., 1., 1.})));
}

TEST_CASE("elu of nothing is nothing") { CHECK(elu(zeros({3, 0})).shape() == Shape{3, 0}); }

TEST_CASE("elu refuses integers, bool and empty handles") {
  CHECK_THROWS_WITH_AS(elu(row({1, 2})),
                       Contains("elu: a tensor of i32; it must be f32 or f64; cast it first "),
                       DTypeError);
  CHECK_THROWS_WITH_AS(elu(row({true})), Contains("elu: a tensor of bool; "), DTypeError);
  CHECK_THROWS_WITH_AS(elu(Tensor{}), Contains("an empty handle"), ValueError);
}

TEST_CASE("selu of nothing is nothing") { CHECK(selu(zeros({3, 0})).shape() == Shape{3, 0}); }

TEST_CASE("selu refuses integers, bool and empty handles") {
  CHECK_THROWS_WITH_AS(
      selu(row({1, 2})),
      Contains(
          " with a tensor of i32; it must be an integer of that type, or the tensor cast first ("),
      DTypeError);
  CHECK_THROWS_WITH_AS(selu(row({true})), Contains("elu: a tensor of bool; "), DTypeError);
  CHECK_THROWS_WITH_AS(selu(Tensor{}), Contains("an empty handle"), ValueError);
}

GRADIENT_CASE("elu", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.away_from_zero(draw.shape())}, [](auto x) { return elu(x[0], 0.7); }};
});
GRADIENT_CASE("selu", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.away_from_zero(draw.shape())}, [](auto x) { return selu(x[0]); }};
});

}  // namespace
}  // namespace chronograd
