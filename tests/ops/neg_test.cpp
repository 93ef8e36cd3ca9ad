#include "chronograd/ops/neg.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>

#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/full.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE("neg turns the sign of every number, whatever its dtype") {
  CHECK(same_values(neg(row({1.5f, -2.f, 0.f})), row({-1.5f, 2.f, -0.f})));
  CHECK(same_values(-row({1.5, -2.}), row({-1.5, 2.})));
  CHECK(same_values(-row({7, -3}), row({-7, 3})));
  CHECK(same_values(-row<std::int64_t>({1LL << 40}), row<std::int64_t>({-(1LL << 40)})));
}

TEST_CASE("neg turns the sign of zeros and infinities, and NaN stays NaN") {
  const Tensor y = neg(row({0., inf<double>, nan<double>}));
  CHECK(std::signbit(y.values<double>()[0]));
  CHECK(same_values(y, row({0., -inf<double>, nan<double>})));
}

TEST_CASE("the negative of the smallest integer wraps to itself") {
  const auto least = std::numeric_limits<std::int32_t>::min();
  CHECK(same_values(neg(row({least})), row({least})));
}

TEST_CASE("neg of nothing is nothing") {
  CHECK(neg(zeros({3, 0})).shape() == Shape{3, 0});
  CHECK(neg(zeros({0}, DType::f64)).values<double>().empty());
}

TEST_CASE("neg refuses bool, empty handles and tensors of ended tapes") {
  CHECK_THROWS_WITH_AS(neg(row({true})),
                       Contains("neg: a tensor of bool; it must be a number type; cast it first "
                                "(tests/ops/neg_test.cpp:"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(neg(Tensor{}), Contains("an empty handle"), ValueError);
  Tensor late;
  {
    const Tape tape;
    late = neg(row({1.f, 2.f}));
  }
  CHECK_THROWS_WITH_AS(
      neg(late), Contains(doctest::Contains("that was not computed before its tape")), TapeError);
}

GRADIENT_CASE("neg", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.tensor(draw.shape())}, [](auto x) { return neg(x[0]); }};
});

}  // namespace
}  // namespace chronograd
