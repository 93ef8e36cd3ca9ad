#include "chronograd/ops/sign.h"

#include <doctest/doctest.h>

#include <cstdint>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/sum.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE("sign is -1, 0 or 1, whatever the dtype") {
  CHECK(same_values(sign(row({1.5f, -2.f, 0.f, -0.f})), row({1.f, -1.f, 0.f, 0.f})));
  CHECK(same_values(sign(row({inf<double>, -inf<double>, nan<double>})),
                    row({1., -1., nan<double>})));
  CHECK(same_values(sign(row({7, -3, 0})), row({1, -1, 0})));
  CHECK(same_values(sign(row<std::int64_t>({-(1LL << 40)})), row<std::int64_t>({-1})));
}

TEST_CASE("the gradient of sign is 0 everywhere") {
  const Tensor x = row({-2., 0., nan<double>});
  const Tape tape;
  CHECK(same_values(gradient(sum(sign(x)), x), row({0., 0., 0.})));
}

TEST_CASE("sign of nothing is nothing") {
  CHECK(sign(zeros({3, 0})).shape() == Shape{3, 0});
  CHECK(sign(zeros({0}, DType::f64)).values<double>().empty());
}

TEST_CASE("sign refuses bool, empty handles and tensors of ended tapes") {
  CHECK_THROWS_WITH_AS(sign(row({true})),
                       Contains("sign: a tensor of bool; it must be a number type; cast it first "
                                "(tests/ops/sign_test.cpp:"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(sign(Tensor{}), Contains("an empty handle"), ValueError);
  Tensor late;
  {
    const Tape tape;
    late = sign(row({1.f, 2.f}));
  }
  CHECK_THROWS_WITH_AS(
      sign(late), Contains(doctest::Contains("that was not computed before its tape")), TapeError);
}

GRADIENT_CASE("sign", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.away_from_zero(draw.shape())}, [](auto x) { return sign(x[0]); }};
});

}  // namespace
}  // namespace chronograd
