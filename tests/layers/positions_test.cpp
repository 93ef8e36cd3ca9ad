#include "chronograd/layers/positions.h"

#include <doctest/doctest.h>

#include <cmath>

#include "chronograd/ops/at.h"
#include "chronograd/ops/full.h"
#include "tests/graph/probe.h"
#include "tests/layers/model.h"

namespace chronograd {
namespace {

using namespace test;

TEST_CASE("sinusoidal positions are the paper's sines and cosines") {
  const Tensor found = sinusoidal_positions(40, 6, DType::f64);
  REQUIRE(found.shape() == Shape{40, 6});
  const Matrix m{found};
  for (std::int64_t t = 0; t < 40; ++t) {
    for (std::int64_t k = 0; k < 3; ++k) {
      const double angle = static_cast<double>(t) / std::pow(10000, 2 * static_cast<double>(k) / 6);
      CHECK(near(m(t, 2 * k), std::sin(angle)));
      CHECK(near(m(t, 2 * k + 1), std::cos(angle)));
    }
  }
  const Tensor some = Tensor::copy_of<std::int64_t>({7, 39}, {2, 1});
  CHECK(sinusoidal_positions(some, 6, DType::f64).shape() == Shape{2, 1, 6});
  CHECK(near(at(at(sinusoidal_positions(some, 6, DType::f64), 1), 0), at(found, 39)));
  CHECK(message_before_place<ValueError>([] { sinusoidal_positions(3, 5); }) ==
        "sinusoidal_positions: size = 5; it must be even and above 0");
}

TEST_CASE("learned positions are added from where the sequence starts, and learn") {
  Draw draw{1};
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const LearnedPositions positions{parameters / "p", {.longest = 4, .size = 2}};
  scatter(parameters, draw);
  const Matrix w{parameters.at("p/weight").value()};
  const Matrix found{at(positions(zeros({3, 2, 2}, DType::f64), 1), 2)};
  for (std::int64_t k = 0; k < 2; ++k) CHECK(found(1, k) == w(3, k));
  const std::vector<Tensor> inputs{draw.tensor({4, 2, 2})};
  const GradientCheck check = check_gradient(
      [&](std::span<const Tensor> x) { return positions(x[0]); }, parameters, inputs);
  CHECK_MESSAGE(check, check.message);
}

TEST_CASE("positions beyond the last and sizes that do not fit are named") {
  Random random{1};
  const Parameters parameters{random};
  const LearnedPositions positions{parameters / "p", {.longest = 4, .size = 2}};
  CHECK(message_before_place<IndexError>([&] {
          positions(zeros({3, 1, 2}), 2);
        }) == "LearnedPositions: positions 2 to 5; there are 4");
  CHECK(message_before_place<ShapeError>([&] {
          positions(zeros({3, 1, 3}));
        }) == "LearnedPositions: a sequence [3, 1, 3]; it must be [time, batch, 2]");
  CHECK(message_before_place<ValueError>([&] {
          LearnedPositions(parameters / "q", {.size = 2});
        }) == "LearnedPositions: longest = 0; give a size of at least 1");
}

}  // namespace
}  // namespace chronograd
