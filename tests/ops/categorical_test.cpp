#include "chronograd/ops/categorical.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/full.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE("categorical draws classes as often as softmax says") {
  const double p[] = {0.5, 0.3, 0.2, 0};
  std::vector<double> logits;
  constexpr int count = 20000;
  for (int k = 0; k < count; ++k) {
    for (const double each : p) logits.push_back(std::log(each) + 7);
  }
  Random random{1};
  Tape tape{random};
  std::vector<int> drawn(4, 0);
  const Tensor y = categorical(Tensor::adopt(std::move(logits), {count, 4}));
  for (const std::int64_t k : y.values<std::int64_t>()) ++drawn[static_cast<std::size_t>(k)];
  for (std::size_t k = 0; k < 4; ++k) {
    const double deviation = 6 * std::sqrt(p[k] * (1 - p[k]) / count);
    CHECK(std::abs(drawn[k] / double{count} - p[k]) <= deviation);
  }
}

TEST_CASE("a temperature of 0 takes the most likely class, a high one nearly any") {
  const Tensor logits = Tensor::copy_of<float>({1, 3, 2}, {1, 3});
  CHECK(categorical(logits, 0).item() == 1);
  Random random{1};
  Tape tape{random};
  int others = 0;
  for (int k = 0; k < 60; ++k) others += categorical(logits, 1000).item() != 1 ? 1 : 0;
  CHECK(others > 20);
  int cold = 0;
  for (int k = 0; k < 60; ++k) cold += categorical(logits, 0.02).item() != 1 ? 1 : 0;
  CHECK(cold == 0);
}

TEST_CASE("categorical needs dice and a temperature of at least 0") {
  CHECK_THROWS_AS(categorical(zeros({2, 3})), TapeError);
  CHECK_THROWS_WITH_AS(categorical(zeros({2, 3}), -1),
                       Contains("categorical: temperature = -1.000000; it must be at least 0"),
                       ValueError);
  CHECK_THROWS_AS(categorical(zeros({2, 3}), nan<double>), ValueError);
}

NO_GRADIENT_CASE("categorical", "it draws");

}  // namespace
}  // namespace chronograd
