#include "chronograd/layers/layer_norm.h"

#include <doctest/doctest.h>

#include <cmath>
#include <span>
#include <string>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/sum.h"
#include "tests/graph/probe.h"
#include "tests/layers/model.h"
#include "tests/planning.h"

namespace chronograd {
namespace {

using namespace test;

TEST_CASE("each row is centred, scaled, and given its gain and bias") {
  Draw draw{1};
  Random random{1};
  for (int trial = 0; trial < 5; ++trial) {
    const Tensor x = draw.tensor(draw.shape(1, 4, 1));
    const auto size = x.shape()[-1];
    const Parameters parameters{random, DType::f64};
    const LayerNorm norm{parameters / "n", {.size = size, .epsilon = 1e-3}};
    scatter(parameters, draw);
    const Tensor y = norm(x);
    REQUIRE(y.shape() == x.shape());
    const Matrix xs{x}, ys{y};
    const Matrix gain{parameters.at("n/gain").value()}, bias{parameters.at("n/bias").value()};
    for (std::int64_t row = 0; row < x.size() / size; ++row) {
      double mean = 0;
      double variance = 0;
      for (std::int64_t k = 0; k < size; ++k) mean += xs(row, k) / static_cast<double>(size);
      for (std::int64_t k = 0; k < size; ++k) {
        variance += std::pow(xs(row, k) - mean, 2) / static_cast<double>(size);
      }
      for (std::int64_t k = 0; k < size; ++k) {
        const double wanted = gain(0, k) * (xs(row, k) - mean) / std::sqrt(variance + 1e-3);
        CHECK(near(ys(row, k), wanted + bias(0, k)));
      }
    }
  }
}

TEST_CASE("the last axes are normalised together, as if they were one") {
  Draw draw{4};
  Random random{1};
  Parameters parameters{random, DType::f64};
  const LayerNorm together{parameters / "several", {.sizes = {3, 4}}};
  const LayerNorm flat{parameters / "one", {.size = 12}};
  scatter(parameters, draw);
  for (const char* name : {"gain", "bias"}) {
    const Parameter several = parameters.at("several/" + std::string(name));
    CHECK(several.shape() == Shape{3, 4});
    parameters.at("one/" + std::string(name)).set_value(reshape(several.value(), {12}));
  }
  const Tensor x = draw.tensor({2, 3, 4});
  CHECK(same_values(together(x), reshape(flat(reshape(x, {2, 12})), {2, 3, 4})));
  const auto both = [&](std::span<const Tensor> in) {
    return together(in[0]) + 2 * reshape(flat(reshape(in[0], {2, 12})), {2, 3, 4});
  };
  check_gradients(parameters, both, {x});
  CHECK_THROWS_WITH_AS(together(draw.tensor({2, 4, 3})),
                       doctest::Contains("LayerNorm: [2, 4, 3]; its last axes must be [3, 4] ("),
                       ShapeError);
  CHECK_THROWS_WITH_AS(together(draw.tensor({4})),
                       doctest::Contains("LayerNorm: [4]; its last axes"), ShapeError);
  CHECK_THROWS_WITH_AS((LayerNorm{parameters / "x", {.size = 3, .sizes = {3}}}),
                       doctest::Contains("LayerNorm: size = 3 and sizes too"), ValueError);
  CHECK_THROWS_AS((LayerNorm{parameters / "x", {.sizes = {3, 0}}}), ValueError);
}

TEST_CASE("gradients match finite differences") {
  Draw draw{2};
  Random random{1};
  for (int trial = 0; trial < 4; ++trial) {
    const Tensor x = draw.tensor({draw.between(1, 3), draw.between(2, 5)});
    const Parameters parameters{random, DType::f64};
    const LayerNorm norm{parameters / "n", {.size = x.shape()[-1]}};
    scatter(parameters, draw);
    check_gradients(parameters, [&](std::span<const Tensor> in) { return norm(in[0]); }, {x});
  }
}

TEST_CASE("rows of f32 numbers of any size are normalised, and so are their gradients") {
  Random random{1};
  for (const bool planned : {false, true}) {
    const Planning planning{planned};
    Parameters parameters{random};
    const LayerNorm norm{parameters / "n", {.size = 4}};
    for (const float size : {1e3f, 1e14f, 1e16f, 1e20f, 1e30f, 1e37f}) {
      CAPTURE(size);
      const Tape tape;
      const Tensor x = Tensor::copy_of<float>({size, -size, size, -size}, {1, 4}) + 0;
      const Tensor y = norm(x);
      const Tensor weights = Tensor::copy_of<float>({1, 2, 3, 5}, {1, 4});
      const Tensor dx = gradient(sum(y * weights), x);
      evaluate(y, dx);
      for (std::size_t k = 0; k < 4; ++k) {
        CHECK(y.values<float>()[k] == doctest::Approx(k % 2 == 0 ? 1 : -1));
      }
      // (dy - mean(dy) - y mean(dy y)) / deviation
      const double wanted[] = {-1, -1.5, 1, 1.5};
      for (std::size_t k = 0; k < 4; ++k) {
        CHECK(static_cast<double>(dx.values<float>()[k]) * static_cast<double>(size) ==
              doctest::Approx(wanted[k]).epsilon(1e-4));
      }
    }
  }
}

TEST_CASE("a row of equal numbers gives the bias") {
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const LayerNorm norm{parameters / "n", {.size = 3}};
  CHECK(same_values(norm(full({2, 3}, 7, DType::f64)), zeros({2, 3}, DType::f64)));
}

TEST_CASE("a size that was not given or does not fit is named") {
  Random random{1};
  const Parameters parameters{random};
  CHECK(message_before_place<ValueError>([&] { LayerNorm(parameters / "a", {}); }) ==
        "LayerNorm: size = 0; give a size of at least 1");
  const LayerNorm norm{parameters / "b", {.size = 3}};
  CHECK_THROWS_AS(norm(full({2, 4}, 1)), ShapeError);
}

TEST_CASE("a layer norm may go without a bias") {
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const LayerNorm with{parameters / "with", {.size = 3}};
  const LayerNorm without{parameters / "without", {.size = 3, .bias = false}};
  CHECK(!parameters.contains("without/bias"));
  const Tensor x = Tensor::copy_of({1.0, 2.0, 4.0}, {1, 3});
  CHECK(same_values(with(x), without(x)));
}

}  // namespace
}  // namespace chronograd
