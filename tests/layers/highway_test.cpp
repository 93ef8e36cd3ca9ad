#include "chronograd/layers/highway.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "chronograd/ops/tanh.h"
#include "tests/graph/probe.h"
#include "tests/layers/model.h"

namespace chronograd {
namespace {

using namespace test;

TEST_CASE("y is what the equation says, and gradients match finite differences") {
  Draw draw{1};
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const Highway highway{parameters / "h", {.size = 3, .activation = tanh}};
  CHECK(numbers(parameters.at("h/gate/bias").value()) == std::vector<double>{-2, -2, -2});
  scatter(parameters, draw);
  const Tensor x = draw.tensor({2, 3});
  const Matrix xs{x}, y{highway(x)}, w{parameters.at("h/transform/weight").value()};
  const Matrix u{parameters.at("h/gate/weight").value()};
  const Matrix b{parameters.at("h/transform/bias").value()},
      c{parameters.at("h/gate/bias").value()};
  for (std::int64_t row = 0; row < 2; ++row) {
    for (std::int64_t k = 0; k < 3; ++k) {
      const double t = logistic(dot(xs, row, u, k) + c(0, k));
      const double f = std::tanh(dot(xs, row, w, k) + b(0, k));
      CHECK(near(y(row, k), t * f + (1 - t) * xs(row, k)));
    }
  }
  const std::vector<Tensor> inputs{x};
  const GradientCheck check = check_gradient(
      [&](std::span<const Tensor> in) { return highway(in[0]); }, parameters, inputs);
  CHECK_MESSAGE(check, check.message);
}

TEST_CASE("a size that was not given is asked for") {
  Random random{1};
  const Parameters parameters{random};
  CHECK(message_before_place<ValueError>([&] { Highway(parameters / "a", {}); }) ==
        "Highway: size = 0; give a size of at least 1");
  CHECK(parameters.size() == 0);
}

}  // namespace
}  // namespace chronograd
