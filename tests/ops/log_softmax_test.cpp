#include "chronograd/ops/log_softmax.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/sum.h"
#include "chronograd/ops/transpose.h"
#include "tests/ops/counted.h"
#include "tests/ops/reductions.h"
#include "tests/ops/softmax_rows.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

std::vector<double> plain(const std::vector<double>& row) {
  std::vector<double> y = row;
  const double log_sum = plain_logsumexp(row);
  for (double& v : y) v -= log_sum;
  return y;
}

Tensor op(const Tensor& x, int axis) { return log_softmax(x, axis); }

TEST_CASE("log_softmax is the logarithm of softmax") {
  const Tensor y = log_softmax(Tensor::copy_of<double>({0, std::log(3.0)}, {2}));
  CHECK(y.values<double>()[0] == doctest::Approx(std::log(0.25)).epsilon(1e-14));
  CHECK(y.values<double>()[1] == doctest::Approx(std::log(0.75)).epsilon(1e-14));
  CHECK(log_softmax(counted({1})).item() == 0);
}

TEST_CASE("log_softmax of random tensors of any layout along any axis agrees with the plain way") {
  check_along_axes(op, plain, 9);
  check_along_axes(op, plain, 1e4);
}

TEST_CASE("log_softmax tells small probabilities apart that softmax rounds to 0") {
  const Tensor y = log_softmax(Tensor::copy_of<float>({0, -1000, -10000}, {3}));
  CHECK(same_values(y, Tensor::copy_of<float>({0, -1000, -10000}, {3})));
}

TEST_CASE("a row with NaN or +inf, or of -inf only, is NaN, and -inf among others is -inf") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double inf = std::numeric_limits<double>::infinity();
  const Tensor y =
      log_softmax(Tensor::copy_of<double>({1, nan, 0, inf, -inf, -inf, -inf, 1}, {4, 2}));
  for (std::size_t k = 0; k < 3; ++k) CHECK(std::isnan(y.values<double>()[2 * k + 1]));
  CHECK(y.values<double>()[6] == -inf);
  CHECK(y.values<double>()[7] == 0);
}

TEST_CASE("log_softmax of nothing is nothing") {
  CHECK(log_softmax(counted({2, 0})).shape() == Shape{2, 0});
  CHECK(log_softmax(counted({0, 3}), 0).shape() == Shape{0, 3});
}

TEST_CASE("log_softmax refuses integers, scalars and axes that are not there") {
  CHECK_THROWS_WITH_AS(log_softmax(counted({2}, DType::i64)),
                       Contains("log_softmax: a tensor of i64; it must be f32 or f64; cast it "
                                "first (tests/ops/log_softmax_test.cpp:"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(log_softmax(counted({})), Contains("log_softmax: axis -1 of []; it has "),
                       ShapeError);
  CHECK_THROWS_WITH_AS(log_softmax(counted({2, 3}), -3),
                       Contains("log_softmax: axis -3 of [2, 3]; it has 2 axes ("), ShapeError);
}

TEST_CASE("a mask leaves elements out of log_softmax; without any left all is 0") {
  const double e = std::exp(1.);
  const bool some[] = {true, true, false, false, false, false};
  const Tensor mask = Tensor::copy_of(std::span<const bool>(some), {2, 3});
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Tensor x = Tensor::copy_of<double>({1, 2, nan, 3, nan, 1e300}, {2, 3});
  const Tape tape;
  const Tensor y = log_softmax(x, mask);
  const Tensor dx = gradient(sum(y), x);
  CHECK(y.values<double>()[0] == doctest::Approx(-std::log(1 + e)));
  CHECK(y.values<double>()[1] == doctest::Approx(1 - std::log(1 + e)));
  CHECK(dx.values<double>()[0] == doctest::Approx(1 - 2 / (1 + e)));
  CHECK(dx.values<double>()[1] == doctest::Approx(1 - 2 * e / (1 + e)));
  for (std::size_t k = 2; k < 6; ++k) {
    CHECK(y.values<double>()[k] == 0);
    CHECK(dx.values<double>()[k] == 0);
  }
  CHECK_THROWS_WITH_AS(
      log_softmax(x, Tensor::copy_of(std::span<const bool>(some), {6})),
      Contains("log_softmax: [2, 3] with a mask of [6]; the mask must broadcast to "
               "the shape of x (tests/ops/log_softmax_test.cpp:"),
      ShapeError);
  CHECK_THROWS_AS(log_softmax(x, x), DTypeError);
}

TEST_CASE("log_softmax over several axes is that of their elements together") {
  Draw draw{5};
  const Tensor x = draw.tensor({2, 3, 4});
  CHECK(same_values(log_softmax(x, {1, 2}), reshape(log_softmax(reshape(x, {2, 12})), {2, 3, 4})));
  CHECK(same_values(log_softmax(x, {-1, 1}),
                    permute(log_softmax(permute(x, {0, 2, 1}), {1, 2}), {0, 2, 1})));
  CHECK(same_values(log_softmax(x, {0, 2}),
                    permute(log_softmax(permute(x, {1, 0, 2}), {1, 2}), {1, 0, 2})));
  CHECK(same_values(log_softmax(x, {1}), log_softmax(x, 1)));
  CHECK(same_values(log_softmax(x, std::span<const int>{}), full({2, 3, 4}, 0, DType::f64)));
  CHECK(log_softmax(full({0, 2, 3}, 0), {1, 2}).shape() == Shape{0, 2, 3});
  CHECK_THROWS_WITH_AS(
      log_softmax(x, {1, -2}),
      Contains("log_softmax: axis -2 of [2, 3, 4] twice; each axis may be given once "
               "(tests/ops/log_softmax_test.cpp:"),
      ShapeError);
  CHECK_THROWS_WITH_AS(log_softmax(x, {1, 3}),
                       Contains("log_softmax: axis 3 of [2, 3, 4]; it has 3 axes"), ShapeError);
}

GRADIENT_CASE("log_softmax over axes", Smooth::yes, [](Draw& draw) -> Trial {
  const Tensor x = draw.tensor(draw.shape());
  return {{x}, [axes = random_axes(draw, x.rank())](auto xs) { return log_softmax(xs[0], axes); }};
});

GRADIENT_CASE("log_softmax", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape(1);
  return {{draw.tensor(shape)}, [axis = static_cast<int>(draw.below(shape.rank()))](auto x) {
            return log_softmax(x[0], axis);
          }};
});

}  // namespace
}  // namespace chronograd
