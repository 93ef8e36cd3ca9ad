#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <string>

#include "chronograd/autodiff/backward.h"
#include "chronograd/graph/parameter.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/random.h"
#include "chronograd/ops/split.h"
#include "chronograd/ops/sub.h"
#include "chronograd/ops/sum.h"
#include "chronograd/ops/tanh.h"
#include "tests/graph/probe.h"

// Run twice: as it is, and with CHRONOGRAD_EAGER=1, where ops run when they are recorded.
namespace chronograd {
namespace {

bool eager() {
  const char* value = std::getenv("CHRONOGRAD_EAGER");
  return value != nullptr && std::string(value) == "1";
}

const Tensor x = Tensor::copy_of({0.5, -1.0, 2.0, 1.5}, {4});

TEST_CASE("an op has its numbers when it was recorded, in eager mode only") {
  const Tape tape;
  const Tensor y = x + 1;
  CHECK(y.computed() == eager());
  CHECK(split(y, 2)[1].computed() == eager());
  CHECK(tape.recording().size() == 4);
}

TEST_CASE("an op that fails throws when it is recorded, in eager mode only") {
  const Tape tape;
  if (eager()) {
    CHECK_THROWS_AS(test::failing(x), ValueError);
  } else {
    Tensor y;
    CHECK_NOTHROW(y = test::failing(x));
    CHECK_THROWS_AS(evaluate(y), ValueError);
  }
  CHECK(sum(x * 2).item() == 6);
}

TEST_CASE("a training step gives the same numbers in both modes") {
  Random random{3};
  const Parameters parameters{random, DType::f64};
  const Parameter w = parameters.root().parameter("w", {4}, [](auto values, Shape, RandomStream&) {
    values[0] = 0.1, values[1] = 0.2, values[2] = 0.3, values[3] = 0.4;
  });
  double expected_loss = 0;
  double expected[4];
  for (std::size_t k = 0; k < 4; ++k) {
    const double value = w.value().values<double>()[k];
    const double in = x.values<double>()[k];
    const double h = std::tanh(value * in);
    expected_loss += h * h;
    expected[k] = value - 0.5 * 2 * h * (1 - h * h) * in;
  }
  Tape tape{random};
  const Tensor h = tanh(w * x);
  const Tensor loss = sum(h * h);
  const Gradients g = backward(loss, parameters);
  assign(w, w - g.at(w) * 0.5);
  tape.commit();
  CHECK(loss.item() == doctest::Approx(expected_loss).epsilon(1e-12));
  for (std::size_t k = 0; k < 4; ++k) {
    CHECK(w.value().values<double>()[k] == doctest::Approx(expected[k]).epsilon(1e-12));
  }
}

TEST_CASE("the dice fall the same in both modes") {
  Random random{3};
  const Tape tape{random};
  const Tensor a = random_uniform({2}, DType::f64);
  const Tensor b = random_uniform({2}, DType::f64);
  const auto first = philox(Random{3}.next_stream(), 0, 0);
  const std::uint64_t bits = std::uint64_t{first[0]} << 32 | first[1];
  CHECK(a.values<double>()[0] == static_cast<double>(bits >> 11) * 0x1p-53);
  CHECK(!same_values(a, b));
}

TEST_CASE("a forward_only tape works in both modes") {
  const Tape tape{Tape::forward_only};
  Tensor h = x;
  for (int t = 0; t < 10; ++t) h = h * 0.5 + x;
  CHECK(h.values<double>()[1] == doctest::Approx(-2 + std::pow(0.5, 10)));
}

TEST_CASE("effects wait for the commit in both modes") {
  Random random{3};
  const Parameters parameters{random};
  const Parameter w = parameters.root().parameter("w", {}, [](auto, Shape, RandomStream&) {});
  Tape tape;
  assign(w, w + 1);
  CHECK((w * 1).item() == 1);
  CHECK(w.value().item() == 0);
  tape.commit();
  CHECK(w.value().item() == 1);
}

}  // namespace
}  // namespace chronograd
