#include "chronograd/ops/abs.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sum.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE("abs drops the sign of every number, whatever its dtype") {
  CHECK(same_values(abs(row({1.5f, -2.f, 0.f})), row({1.5f, 2.f, 0.f})));
  CHECK(same_values(abs(row({1.5, -2.})), row({1.5, 2.})));
  CHECK(same_values(abs(row({7, -3})), row({7, 3})));
  CHECK(same_values(abs(row<std::int64_t>({-(1LL << 40)})), row<std::int64_t>({1LL << 40})));
}

TEST_CASE("abs of -0 is 0, of -inf is inf, and NaN stays NaN") {
  const Tensor y = abs(row({-0., -inf<double>, nan<double>}));
  CHECK_FALSE(std::signbit(y.values<double>()[0]));
  CHECK(same_values(y, row({0., inf<double>, nan<double>})));
}

TEST_CASE("the gradient of abs is 0 at 0") {
  const Tensor x = row({-2., 0., 3.});
  const Tape tape;
  CHECK(same_values(gradient(sum(abs(x)), x), row({-1., 0., 1.})));
}

TEST_CASE("abs of nothing is nothing") {
  CHECK(abs(zeros({3, 0})).shape() == Shape{3, 0});
  CHECK(abs(zeros({0}, DType::f64)).values<double>().empty());
}

TEST_CASE("abs refuses bool, empty handles and tensors of ended tapes") {
  CHECK_THROWS_WITH_AS(abs(row({true})),
                       Contains("abs: a tensor of bool; it must be a number type; cast it first "
                                "(tests/ops/abs_test.cpp:"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(abs(Tensor{}), Contains("an empty handle"), ValueError);
  Tensor late;
  {
    const Tape tape;
    late = abs(row({1.f, 2.f}));
  }
  CHECK_THROWS_WITH_AS(
      abs(late), Contains(doctest::Contains("that was not computed before its tape")), TapeError);
}

TEST_CASE("the gradient of abs is 0 at 0, be what comes back infinite") {
  const Tensor x = row({0., -1., 1.});
  const Tape tape;
  const Tensor dx = gradient(sum(abs(x) * inf<double>), x);
  CHECK(same_values(dx, row({0., -inf<double>, inf<double>})));
}

GRADIENT_CASE("abs", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.away_from_zero(draw.shape())}, [](auto x) { return abs(x[0]); }};
});

}  // namespace
}  // namespace chronograd
