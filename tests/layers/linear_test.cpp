#include "chronograd/layers/linear.h"

#include <doctest/doctest.h>

#include "chronograd/ops/full.h"
#include "chronograd/ops/reshape.h"
#include "tests/graph/probe.h"
#include "tests/layers/model.h"

namespace chronograd {
namespace {

using namespace test;

TEST_CASE("a linear layer computes y = x W + b along the last axis of any shape") {
  Draw draw{1};
  Random random{1};
  for (int trial = 0; trial < 6; ++trial) {
    const bool bias = trial % 2 == 0;
    const Tensor x = draw.tensor(draw.shape(2, 4, 1));
    const auto input = x.shape()[-1], output = draw.between(1, 5);
    const Parameters parameters{random, DType::f64};
    const Linear linear{parameters / "l", {.input = input, .output = output, .bias = bias}};
    scatter(parameters, draw);
    const Tensor y = linear(x);
    REQUIRE(y.shape() == x.shape().with(-1, output));
    const Matrix xs{x}, ys{y}, w{parameters.at("l/weight").value()};
    for (std::int64_t row = 0; row < x.size() / input; ++row) {
      for (std::int64_t k = 0; k < output; ++k) {
        const double b = bias ? Matrix{parameters.at("l/bias").value()}(0, k) : 0;
        CHECK(near(ys(row, k), dot(xs, row, w, k) + b));
      }
    }
  }
}

TEST_CASE("gradients match finite differences") {
  Draw draw{2};
  Random random{1};
  for (int trial = 0; trial < 4; ++trial) {
    const Tensor x = draw.tensor(draw.shape(2, 3, 1));
    const Parameters parameters{random, DType::f64};
    const Linear linear{parameters / "l",
                        {.input = x.shape()[-1], .output = 2, .bias = trial % 2 == 0}};
    scatter(parameters, draw);
    check_gradients(parameters, [&](std::span<const Tensor> in) { return linear(in[0]); }, {x});
  }
}

TEST_CASE("copies of a layer share their weights") {
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const Linear first{parameters / "l", {.input = 2, .output = 2}};
  const Linear second = first;
  parameters.at("l/weight").set_value(Tensor::copy_of({1.0, 2.0, 3.0, 4.0}, {2, 2}));
  CHECK(numbers(second(full({1, 2}, 1, DType::f64))) == std::vector<double>{4, 6});
  CHECK(parameters.size() == 2);
}

TEST_CASE("sizes that were not given or do not fit are named") {
  Random random{1};
  const Parameters parameters{random};
  CHECK(message_before_place<ValueError>([&] { Linear(parameters / "a", {.output = 2}); }) ==
        "Linear: input = 0; give a size of at least 1");
  CHECK(message_before_place<ValueError>([&] { Linear(parameters / "b", {.input = 2}); }) ==
        "Linear: output = 0; give a size of at least 1");
  const Linear linear{parameters / "c", {.input = 2, .output = 2}};
  const std::string message = message_of<ShapeError>([&] {
    const Tape tape;
    linear(full({3, 5}, 1));
  });
  CHECK(message.starts_with("matmul: "));
  CHECK(message.find("linear_test.cpp") != std::string::npos);
  CHECK_THROWS_AS(Linear(parameters / "c", {.input = 2, .output = 2}), ParameterError);
}

}  // namespace
}  // namespace chronograd
