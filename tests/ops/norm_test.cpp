#include "chronograd/ops/norm.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/sum.h"
#include "tests/ops/counted.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/reductions.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

Tensor op(const Tensor& x, std::span<const int> axes, bool keep) { return norm(x, axes, keep); }

double plain(const std::vector<double>& x) {
  double squares = 0;
  for (const double v : x) squares += v * v;
  return std::sqrt(squares);
}

TEST_CASE("random norms of any layout agree with the plain one") {
  for (const DType dtype : {DType::f32, DType::f64}) {
    check_reduction(op, plain, dtype, 300);
    check_reduction(op, plain, dtype, 100, 0, 40);
  }
}

TEST_CASE("the norm of f32 numbers of any size is right, and so is its gradient") {
  for (const float size : {1e-30f, 1e-25f, 1.f, 1e18f, 1e20f, 1e30f, 6e37f}) {
    CAPTURE(size);
    const Tensor x = row<float>({3 * size, 4 * size});
    const Tape tape;
    const Tensor y = norm(x);
    const Tensor dx = gradient(y, x);
    CHECK(y.item() == doctest::Approx(5 * static_cast<double>(size)).epsilon(1e-6));
    CHECK(dx.values<float>()[0] == doctest::Approx(0.6));
    CHECK(dx.values<float>()[1] == doctest::Approx(0.8));
  }
}

TEST_CASE("the norm of infinities is inf, of NaN NaN, of nothing 0") {
  CHECK(norm(row<float>({1, inf<float>})).item() == inf<double>);
  CHECK(std::isnan(norm(row<float>({1, nan<float>})).item()));
  CHECK(norm(counted({0, 2}, DType::f64)).item() == 0);
}

TEST_CASE("the gradient of a norm of zeros is 0, and so is its own") {
  const Tensor x = row<double>({0, 0});
  const Tape tape;
  const Tensor dx = gradient(norm(x), x);
  const Tensor ddx = gradient(sum(dx), x);
  CHECK(same_values(dx, row<double>({0, 0})));
  CHECK(same_values(ddx, row<double>({0, 0})));
}

TEST_CASE("norm refuses integers, bool and axes that are not there") {
  CHECK_THROWS_WITH_AS(norm(counted({2}, DType::i32)),
                       Contains("norm: a tensor of i32; it must be f32 or f64; cast it first "
                                "(tests/ops/norm_test.cpp:"),
                       DTypeError);
  CHECK_THROWS_AS(norm(counted({2}, DType::boolean)), DTypeError);
  CHECK_THROWS_WITH_AS(norm(counted({2, 3}), -3),
                       Contains("norm: axis -3 of [2, 3]; it has 2 axes ("), ShapeError);
}

GRADIENT_CASE("norm", Smooth::yes,
              [](Draw& draw) -> Trial { return reduction_trial(draw, op, 1); });

}  // namespace
}  // namespace chronograd
