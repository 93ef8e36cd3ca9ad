#include "chronograd/layers/rotary.h"

#include <doctest/doctest.h>

#include <cmath>

#include "chronograd/ops/full.h"
#include "chronograd/ops/mul.h"
#include "tests/graph/probe.h"
#include "tests/layers/model.h"

namespace chronograd {
namespace {

using namespace test;

TEST_CASE("pairs of numbers are turned by the formula's angles") {
  Draw draw{1};
  const Tensor x = draw.tensor({2, 3, 4});
  const Matrix found{rotary(x, Tensor::copy_of<std::int64_t>({5, 0, 700}, {3}))}, xs{x};
  const double positions[] = {5, 0, 700};
  for (std::int64_t row = 0; row < 6; ++row) {
    for (std::int64_t k = 0; k < 2; ++k) {
      const double angle = positions[row % 3] * std::pow(10000, -2 * static_cast<double>(k) / 4);
      const double a = xs(row, k), b = xs(row, k + 2);
      CHECK(near(found(row, k), a * std::cos(angle) - b * std::sin(angle)));
      CHECK(near(found(row, k + 2), b * std::cos(angle) + a * std::sin(angle)));
    }
  }
}

TEST_CASE("products depend on the distance only") {
  Draw draw{2};
  const Tensor q = draw.tensor({1, 6}), k = draw.tensor({1, 6});
  const auto product = [&](std::int64_t a, std::int64_t b) {
    return sum(rotary(q, full({1}, static_cast<double>(a), DType::i64)) *
               rotary(k, full({1}, static_cast<double>(b), DType::i64)))
        .item();
  };
  CHECK(near(product(3, 1), product(103, 101), 1e-10));
  CHECK(!near(product(3, 1), product(3, 2), 1e-4));
}

TEST_CASE("gradients match finite differences") {
  Draw draw{3};
  const std::vector<Tensor> inputs{draw.tensor({2, 3, 4})};
  const GradientCheck check = check_gradient(
      [](std::span<const Tensor> x) { return rotary(x[0], arange(3, DType::i64)); }, inputs);
  CHECK_MESSAGE(check, check.message);
}

TEST_CASE("an odd size and a base that is no base are refused") {
  CHECK(message_before_place<ShapeError>([] {
          rotary(zeros({2, 3}), arange(2));
        }) == "rotary: x [2, 3]; its last size must be even");
  CHECK_THROWS_AS(rotary(zeros({2, 4}), arange(2), 0), ValueError);
}

}  // namespace
}  // namespace chronograd
