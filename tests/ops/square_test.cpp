#include "chronograd/ops/square.h"

#include <doctest/doctest.h>

#include <cstdint>

#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/full.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE_TEMPLATE("square multiplies each number by itself", T, float, double) {
  const Tensor x = spread<T>(-30, 30);
  CHECK(ulps<T>(
            square(x), [](long double v) { return v * v; }, x) <= 0.5);
}

TEST_CASE("square works for integers, infinities and NaN") {
  CHECK(same_values(square(row({-3, 0, 5})), row({9, 0, 25})));
  CHECK(same_values(square(row<std::int64_t>({1LL << 31})), row<std::int64_t>({1LL << 62})));
  CHECK(same_values(square(row({-inf<float>, 1e30f, nan<float>})),
                    row({inf<float>, inf<float>, nan<float>})));
}

TEST_CASE("square of nothing is nothing") {
  CHECK(square(zeros({3, 0})).shape() == Shape{3, 0});
  CHECK(square(zeros({0}, DType::f64)).values<double>().empty());
}

TEST_CASE("square refuses bool, empty handles and tensors of ended tapes") {
  CHECK_THROWS_WITH_AS(square(row({true})),
                       Contains("square: a tensor of bool; it must be a number type; cast it first "
                                "(tests/ops/square_test.cpp:"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(square(Tensor{}), Contains("an empty handle"), ValueError);
  Tensor late;
  {
    const Tape tape;
    late = square(row({1.f, 2.f}));
  }
  CHECK_THROWS_WITH_AS(square(late),
                       Contains(doctest::Contains("that was not computed before its tape")),
                       TapeError);
}

GRADIENT_CASE("square", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.tensor(draw.shape())}, [](auto x) { return square(x[0]); }};
});

}  // namespace
}  // namespace chronograd
