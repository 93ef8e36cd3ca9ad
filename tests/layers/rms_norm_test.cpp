#include "chronograd/layers/rms_norm.h"

#include <doctest/doctest.h>

#include <cmath>

#include "tests/graph/probe.h"
#include "tests/layers/model.h"

namespace chronograd {
namespace {

using namespace test;

TEST_CASE("rows are divided by the root of their mean square, and scaled") {
  Draw draw{1};
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const RMSNorm norm{parameters / "norm", {.size = 5, .epsilon = 1e-3}};
  scatter(parameters, draw);
  const Tensor x = draw.tensor({3, 5});
  const Matrix xs{x}, gain{parameters.at("norm/gain").value()}, found{norm(x)};
  for (std::int64_t row = 0; row < 3; ++row) {
    double squares = 0;
    for (std::int64_t k = 0; k < 5; ++k) squares += xs(row, k) * xs(row, k);
    for (std::int64_t k = 0; k < 5; ++k) {
      CHECK(near(found(row, k), gain(0, k) * xs(row, k) / std::sqrt(squares / 5 + 1e-3)));
    }
  }
}

TEST_CASE("its gradients match finite differences") {
  Draw draw{2};
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const RMSNorm norm{parameters / "norm", {.size = 4}};
  scatter(parameters, draw);
  check_gradients(parameters, [&](std::span<const Tensor> x) { return norm(x[0]); },
                  {draw.tensor({3, 4})});
}

TEST_CASE("bad options are refused before a parameter is made") {
  Random random{1};
  const Parameters parameters{random};
  CHECK(message_before_place<ValueError>([&] { RMSNorm(parameters / "a", {}); }) ==
        "RMSNorm: size = 0; give a size of at least 1");
  CHECK(message_before_place<ValueError>([&] {
          RMSNorm(parameters / "b", {.size = 2, .epsilon = 0});
        }) == "RMSNorm: epsilon = 0.000000; it must be above 0 and finite");
  CHECK(message_before_place<ValueError>([&] {
          RMSNorm(parameters / "c", {.size = 2, .epsilon = -1});
        }) == "RMSNorm: epsilon = -1.000000; it must be above 0 and finite");
  CHECK(parameters.size() == 0);
}

}  // namespace
}  // namespace chronograd
