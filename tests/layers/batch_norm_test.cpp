#include "chronograd/layers/batch_norm.h"

#include <doctest/doctest.h>

#include <cmath>
#include <optional>
#include <vector>

#include "chronograd/ops/concat.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/slice.h"
#include "chronograd/ops/square.h"
#include "tests/graph/probe.h"
#include "tests/layers/model.h"

namespace chronograd {
namespace {

using namespace test;

TEST_CASE("training norms by the real steps' statistics and moves the state as Keras does") {
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const BatchNorm norm{parameters / "n", {.size = 1, .momentum = 0.9, .epsilon = 0.5}};
  const Tensor x = Tensor::copy_of({1., 3., 8., not_a_number}, {2, 2, 1});
  const Tensor real = Tensor::copy_of({true, true, true, false}, {2, 2});
  Tape tape{random};
  const Tensor y = norm(x, real);
  const double mean = 4, variance = (9. + 1 + 16) / 3;
  const auto found = numbers(y);
  CHECK(near(found[0], (1 - mean) / std::sqrt(variance + 0.5)));
  CHECK(near(found[2], (8 - mean) / std::sqrt(variance + 0.5)));
  CHECK(found[3] == 0);
  CHECK(parameters.at("n/mean").value().item() == 0);
  tape.commit();
  CHECK(near(parameters.at("n/mean").value().item(), 0.1 * mean));
  CHECK(near(parameters.at("n/variance").value().item(), 0.9 + 0.1 * variance));
}

TEST_CASE("outside of training the state norms") {
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const BatchNorm norm{parameters / "n", {.size = 1, .epsilon = 0.5}};
  parameters.at("n/mean").set_value(Tensor::copy_of({2.}, {1}));
  parameters.at("n/variance").set_value(Tensor::copy_of({3.5}, {1}));
  CHECK(near(norm(Tensor::copy_of({4.}, {1, 1})).item(), 1));
  CHECK(parameters.at("n/mean").value().item() == 2);
}

TEST_CASE("without a real step the state stays and the output is finite, gradients too") {
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const BatchNorm norm{parameters / "n", {.size = 2}};
  Tape tape{random};
  const Tensor y = norm(full({3, 2}, not_a_number, DType::f64), zeros({3}, DType::boolean));
  const Gradients g = backward(sum(square(y)), parameters);
  CHECK(same_values(y, zeros({3, 2}, DType::f64)));
  CHECK(same_values(g.at("n/gain"), zeros({2}, DType::f64)));
  tape.commit();
  CHECK(same_values(parameters.at("n/mean").value(), zeros({2}, DType::f64)));
  CHECK(same_values(parameters.at("n/variance").value(), ones({2}, DType::f64)));
}

TEST_CASE("gradients match finite differences, through the statistics of training too") {
  Draw draw{1};
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const BatchNorm norm{parameters / "n", {.size = 2}};
  const Tensor real = Tensor::copy_of({true, true, false, true, true, true}, {3, 2});
  const std::vector<Tensor> inputs{draw.tensor({3, 2, 2})};
  for (const bool train : {false, true}) {
    const auto f = [&](std::span<const Tensor> x) { return norm(x[0], real); };
    std::optional<Tape> outer;
    if (train) outer.emplace(random);
    const Tensor loss = sum(square(f(inputs)) * 0.3 * inputs[0]);
    if (!train) {
      const GradientCheck check = check_gradient(f, parameters, inputs);
      CHECK_MESSAGE(check, check.message);
      continue;
    }
    const Gradients g = backward(loss, parameters);
    const double found = numbers(g.at("n/gain"))[0];
    outer.reset();
    const auto moved = [&](double by) {
      parameters.at("n/gain").set_value(Tensor::copy_of({1 + by, 1.}, {2}));
      Tape tape{random};
      return sum(square(f(inputs)) * 0.3 * inputs[0]).item();
    };
    CHECK(near(found, (moved(1e-5) - moved(-1e-5)) / 2e-5, 1e-7));
  }
}

TEST_CASE("what does not fit is named before a parameter is made") {
  Random random{1};
  const Parameters parameters{random};
  CHECK(message_before_place<ValueError>([&] { BatchNorm(parameters / "a", {}); }) ==
        "BatchNorm: size = 0; give a size of at least 1");
  CHECK(message_before_place<ValueError>([&] {
          BatchNorm(parameters / "a", {.size = 2, .momentum = 1});
        }) == "BatchNorm: momentum = 1.000000; it must be at least 0 and below 1");
  CHECK(parameters.size() == 0);
  const BatchNorm norm{parameters / "a", {.size = 2}};
  CHECK(message_before_place<ShapeError>([&] {
          norm(zeros({3, 4}));
        }) == "BatchNorm: x [3, 4]; its last axis must have 2");
  CHECK(message_before_place<ShapeError>([&] {
          norm(zeros({3, 2}), zeros({4}, DType::boolean));
        }) == "BatchNorm: a mask [4] for x [3, 2]; it must be [3]");
}

}  // namespace
}  // namespace chronograd
