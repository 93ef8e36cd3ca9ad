#include "chronograd/ops/norm.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/sum.h"
#include "chronograd/ops/transpose.h"
#include "tests/ops/counted.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"
#include "tests/ops/reductions.h"
#include "tests/ops/use_threads.h"

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

TEST_CASE("the norm of f64 numbers of any size is right along any axis, and so is its gradient") {
  const std::vector<double> sizes{1e-300, 1e-160, 0, 1, 1e160, 3e307};
  std::vector<double> pairs;
  for (const double size : sizes) pairs.insert(pairs.end(), {3 * size, -4 * size});
  const Tensor rows = Tensor::adopt(std::move(pairs), {6, 2});
  for (const auto& [x, axis] : {std::pair{rows, 1}, std::pair{transpose(rows).detach(), 0}}) {
    const Tape tape;
    const Tensor y = norm(x, axis);
    const Tensor dx = gradient(sum(y), x);
    for (std::size_t k = 0; k < sizes.size(); ++k) {
      const std::size_t first = axis == 1 ? 2 * k : k;
      CAPTURE(sizes[k]);
      CHECK(std::abs(y.values<double>()[k] / 5 - sizes[k]) <= 1e-14 * sizes[k]);
      CHECK(dx.values<double>()[first] == doctest::Approx(sizes[k] == 0 ? 0 : 0.6));
    }
  }
  CHECK(norm(row<double>({1.7e308, 1.7e308})).item() == inf<double>);
  CHECK(std::isnan(norm(row<double>({nan<double>, 1e300})).item()));
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

TEST_CASE_TEMPLATE("wide_norm is the Euclidean norm of all elements, in f64", T, float, double) {
  CHECK(same_values(wide_norm(row<T>({3, -4})), Tensor::scalar(5, DType::f64)));
  const Tensor x = counted({40, 50}, dtype_of<T>());
  double squares = 0;
  for (const T v : x.values<T>()) squares += static_cast<double>(v) * static_cast<double>(v);
  CHECK(wide_norm(x).item() == doctest::Approx(std::sqrt(squares)).epsilon(1e-14));
  CHECK(wide_norm(transpose(x)).item() == doctest::Approx(std::sqrt(squares)).epsilon(1e-14));
  CHECK(wide_norm(row<T>({})).item() == 0);
}

TEST_CASE("the wide norm of f32 numbers of any size is exact to rounding") {
  for (const float size : {1e-37f, 1e-30f, 1.f, 1e20f, 8e37f}) {
    CAPTURE(size);
    const double expected =
        std::hypot(static_cast<double>(3 * size), static_cast<double>(4 * size));
    CHECK(wide_norm(row<float>({3 * size, 4 * size})).item() ==
          doctest::Approx(expected).epsilon(1e-14));
  }
  CHECK(wide_norm(row<float>({3e38f, 3e38f})).item() == doctest::Approx(4.2426e38).epsilon(1e-4));
}

TEST_CASE("the wide norm of f64 numbers neither overflows nor underflows on the way") {
  for (const double size : {1e-305, 1e-160, 1e-140, 1.0, 1e160, 3e307}) {
    CAPTURE(size);
    CHECK(wide_norm(row<double>({3 * size, -4 * size})).item() / size ==
          doctest::Approx(5).epsilon(1e-14));
  }
  CHECK(wide_norm(row<double>({1e-200, 1e200})).item() == doctest::Approx(1e200));
  CHECK(std::isinf(wide_norm(row<double>({1.7e308, 1.7e308})).item()));
}

TEST_CASE_TEMPLATE("NaN and infinity are not hidden in a wide norm, wherever they are", T, float,
                   double) {
  for (const std::size_t at : {0u, 7u, 31u, 32u, 40u}) {
    std::vector<T> values(41, T{1});
    values[at] = inf<T>;
    CHECK(wide_norm(Tensor::copy_of(values, {41})).item() == inf<double>);
    values[at] = nan<T>;
    CHECK(std::isnan(wide_norm(Tensor::copy_of(values, {41})).item()));
    values[at == 0 ? 1 : 0] = inf<T>;
    CHECK(std::isnan(wide_norm(Tensor::copy_of(values, {41})).item()));
  }
}

TEST_CASE("the wide norm of many numbers has the same bits on any number of threads") {
  std::vector<float> values(200'003);
  for (std::size_t k = 0; k < values.size(); ++k) values[k] = 0.1f + static_cast<float>(k % 7);
  const Tensor x = Tensor::adopt(std::move(values), {200'003});
  std::vector<double> norms;
  for (const int count : {1, 2, 3}) {
    const UseThreads use{count};
    norms.push_back(wide_norm(x).item());
  }
  CHECK(norms[0] == norms[1]);
  CHECK(norms[0] == norms[2]);
}

TEST_CASE("the gradient of a wide norm is the direction, for numbers of any size, and 0 at 0") {
  for (const float size : {1e-30f, 1.f, 1e30f}) {
    const Tensor x = row<float>({3 * size, 4 * size});
    const Tape tape;
    const Tensor dx = gradient(wide_norm(x), x);
    CHECK(dx.values<float>()[0] == doctest::Approx(0.6));
    CHECK(dx.values<float>()[1] == doctest::Approx(0.8));
  }
  const Tensor zero = row<double>({0, 0});
  const Tape tape;
  const Tensor dx = gradient(wide_norm(zero), zero);
  CHECK(same_values(dx, zero));
}

TEST_CASE("wide_norm refuses integers, bool and empty handles") {
  CHECK_THROWS_WITH_AS(wide_norm(counted({2}, DType::i32)),
                       Contains("wide_norm: a tensor of i32; it must be f32 or f64; cast it first "
                                "(tests/ops/norm_test.cpp:"),
                       DTypeError);
  CHECK_THROWS_AS(wide_norm(counted({2}, DType::boolean)), DTypeError);
  CHECK_THROWS_WITH_AS(wide_norm(Tensor{}), Contains("an empty handle"), ValueError);
}

GRADIENT_CASE("wide_norm", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.away_from_zero(draw.shape(0, 4, 1))}, [](auto x) { return wide_norm(x[0]); }};
});

}  // namespace
}  // namespace chronograd
