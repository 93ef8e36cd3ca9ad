#include "chronograd/ops/stop_gradient.h"

#include <doctest/doctest.h>

#include <cstdint>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/square.h"
#include "chronograd/ops/sum.h"
#include "chronograd/ops/transpose.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE_TEMPLATE("stop_gradient gives x itself, whatever the dtype", T, float, double,
                   std::int32_t, std::int64_t, bool) {
  const Tensor x = row<T>({1, 0});
  CHECK(same_values(stop_gradient(x), x));
  CHECK(stop_gradient(x).template values<T>().data() == x.template values<T>().data());
}

TEST_CASE("stop_gradient computes nothing while a tape is open") {
  const Tape tape;
  const Tensor x = square(row({1., 2.}));
  const Tensor y = stop_gradient(x);
  CHECK_FALSE(x.computed());
  CHECK(same_values(y, row({1., 4.})));
}

TEST_CASE("what is computed from a stopped x passes no gradient on") {
  const Tensor x = row({2., 3.});
  const Tape tape;
  CHECK(same_values(gradient(sum(x * stop_gradient(x)), x), row({2., 3.})));
  CHECK(same_values(gradient(sum(square(stop_gradient(x))), x), row({0., 0.})));
}

TEST_CASE("the gradient with respect to the stopped tensor itself is its own") {
  const Tape tape;
  const Tensor x = stop_gradient(row({2., 3.}));
  CHECK(same_values(gradient(sum(square(x)), x), row({4., 6.})));
}

TEST_CASE("stop_gradient keeps a view's strides out of sight") {
  const Tape tape;
  const Tensor y = stop_gradient(transpose(Tensor::copy_of({1, 2, 3, 4, 5, 6}, {2, 3})));
  CHECK(same_values(y, Tensor::copy_of({1, 4, 2, 5, 3, 6}, {3, 2})));
}

TEST_CASE("stop_gradient of nothing is nothing") {
  CHECK(stop_gradient(zeros({3, 0})).shape() == Shape{3, 0});
  CHECK(stop_gradient(zeros({0})).values<float>().empty());
}

TEST_CASE("stop_gradient refuses what is no tensor any more, or belongs to another tape") {
  CHECK_THROWS_WITH_AS(stop_gradient(Tensor{}), Contains("an empty handle"), ValueError);
  Tensor late;
  {
    const Tape tape;
    late = stop_gradient(square(row({1.f, 2.f})));
  }
  CHECK_THROWS_WITH_AS(stop_gradient(late),
                       Contains(doctest::Contains("that was not computed before its tape")),
                       TapeError);
  const Tape outer;
  const Tensor pending = square(row({1.f, 2.f}));
  const Tape inner;
  CHECK_THROWS_WITH_AS(stop_gradient(pending),
                       Contains("stop_gradient: a tensor [2] that is still pending on the outer "
                                "tape opened at tests/ops/stop_gradient_test.cpp:"),
                       TapeError);
}

NO_GRADIENT_CASE("stop_gradient", "it exists to have none");

}  // namespace
}  // namespace chronograd
