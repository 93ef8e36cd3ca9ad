#include "chronograd/ops/prod.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/sum.h"
#include "tests/ops/counted.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"
#include "tests/ops/reductions.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

Tensor op(const Tensor& x, std::span<const int> axes, bool keep) { return prod(x, axes, keep); }

double plain(const std::vector<double>& x) {
  double product = 1;
  for (const double v : x) product *= v;
  return product;
}

TEST_CASE("prod multiplies along any axes") {
  const Tensor x = Tensor::copy_of<int>({1, 2, 3, 4, 5, 6}, {2, 3});
  CHECK(prod(x).item() == 720);
  CHECK(same_values(prod(x, 0), row({4, 10, 18})));
  CHECK(same_values(prod(x, {-1}, true), Tensor::copy_of<int>({6, 120}, {2, 1})));
}

TEST_CASE("random products of any layout agree with the plain product") {
  check_reduction(op, plain, DType::f64, 200);
}

TEST_CASE("the product of nothing is 1, and NaN stays") {
  CHECK(same_values(prod(zeros({0, 2}), 0), row({1.f, 1.f})));
  CHECK(std::isnan(prod(row({1.f, nan<float>})).item()));
}

TEST_CASE("the gradient of prod is right with zeros") {
  const Tensor one = row({2., 0., 3.});
  const Tensor two = row({0., 5., 0.});
  const Tape tape;
  CHECK(same_values(gradient(prod(one), one), row({0., 6., 0.})));
  CHECK(same_values(gradient(prod(two), two), row({0., 0., 0.})));
}

TEST_CASE("prod refuses bool and axes that are not there") {
  CHECK_THROWS_WITH_AS(prod(row({true})), Contains("prod: a tensor of bool; it must be a number"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(prod(row({1.f}), 1), Contains("prod: axis 1 of [1]; it has 1 axis ("),
                       ShapeError);
  CHECK_THROWS_WITH_AS(prod(row({1.f}), {0, 0}), Contains("prod: axis 0 of [1] twice"), ShapeError);
}

GRADIENT_CASE("prod", Smooth::yes,
              [](Draw& draw) -> Trial { return reduction_trial(draw, op, 1); });

}  // namespace
}  // namespace chronograd
