#include "chronograd/ops/relu.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <span>

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

TEST_CASE("relu keeps what is positive and puts 0 for the rest, whatever the dtype") {
  CHECK(same_values(relu(row({1.5f, -2.f, 0.f})), row({1.5f, 0.f, 0.f})));
  CHECK(same_values(relu(row({1.5, -2.})), row({1.5, 0.})));
  CHECK(same_values(relu(row({7, -3, 0})), row({7, 0, 0})));
  CHECK(same_values(relu(row<std::int64_t>({1LL << 40, -1})), row<std::int64_t>({1LL << 40, 0})));
}

TEST_CASE_TEMPLATE("relu keeps inf and NaN", T, float, double) {
  const T of_nan = on_onednn<T>() ? 0 : nan<T>;  // oneDNN loses NaN
  CHECK(same_values(relu(row<T>({inf<T>, -inf<T>, nan<T>})), row<T>({inf<T>, 0, of_nan})));
}

TEST_CASE("the gradient of relu is 0 at 0, and 0 below even when inf comes from above") {
  const Tensor x = row({-1., 0., 2.});
  const Tape tape;
  CHECK(same_values(gradient(sum(relu(x)), x), row({0., 0., 1.})));
  const Tensor weights = row({inf<double>, nan<double>, 3.});
  CHECK(same_values(vjp(relu(x), std::span(&x, 1), weights)[0], row({0., 0., 3.})));
}

TEST_CASE("relu of nothing is nothing") {
  CHECK(relu(zeros({3, 0})).shape() == Shape{3, 0});
  CHECK(relu(zeros({0}, DType::f64)).values<double>().empty());
}

TEST_CASE("relu refuses bool, empty handles and tensors of ended tapes") {
  CHECK_THROWS_WITH_AS(relu(row({true})),
                       Contains("relu: a tensor of bool; it must be a number type; cast it first "
                                "(tests/ops/relu_test.cpp:"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(relu(Tensor{}), Contains("an empty handle"), ValueError);
  Tensor late;
  {
    const Tape tape;
    late = relu(row({1.f, 2.f}));
  }
  CHECK_THROWS_WITH_AS(
      relu(late), Contains(doctest::Contains("that was not computed before its tape")), TapeError);
}

GRADIENT_CASE("relu", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.away_from_zero(draw.shape())}, [](auto x) { return relu(x[0]); }};
});

}  // namespace
}  // namespace chronograd
