#include "chronograd/ops/random.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/random.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sum.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using namespace test;

TEST_CASE_TEMPLATE("a dropout mask is 1 / (1 - rate) where the word of its Philox stream is large",
                   T, float, double) {
  Random one{7};
  Random same{7};
  std::array<std::uint64_t, 2> dice;
  {
    const Tape tape{one};
    dice = draw_dice("test");
  }
  const Tape tape{same};
  const Tensor mask = dropout_mask({3, 7}, 0.3, dtype_of<T>());
  CHECK(mask.shape() == Shape{3, 7});
  const auto values = mask.values<T>();
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double u = philox(dice[0], dice[1], i / 4)[i % 4] * 0x1p-32;
    CHECK(values[i] == (u < 0.3 ? T(0) : T(1 / 0.7)));
  }
}

TEST_CASE("a dropout mask drops at its rate, so that its mean is 1") {
  Random random{3};
  const Tape tape{random};
  for (const double rate : {0.1, 0.5, 0.9}) {
    const auto values = dropout_mask({1000, 100}, rate).values<float>();
    const auto dropped = static_cast<double>(std::count(values.begin(), values.end(), 0.f));
    CHECK(std::abs(dropped / 1e5 - rate) < 5 * std::sqrt(rate * (1 - rate) / 1e5));
  }
}

TEST_CASE("a dropout mask of rate 0 is all ones; one of almost 1 may drop all") {
  Random random{3};
  const Tape tape{random};
  CHECK(same_values(dropout_mask({5}, 0), ones({5})));
  CHECK(same_values(dropout_mask({5}, 1 - 0x1p-50), zeros({5})));
}

TEST_CASE("every draw is another, and equal seeds give equal draws") {
  Random random{3};
  Random same{3};
  Tensor first;
  {
    const Tape tape{random};
    first = random_uniform({9}).detach();
    CHECK_FALSE(same_values(first, random_uniform({9})));
  }
  {
    const Tape tape{same};
    CHECK(same_values(first, random_uniform({9})));
  }
  const Tape tape{same};
  CHECK_FALSE(same_values(first, random_uniform({9})));
}

TEST_CASE("uniform numbers fill [0, 1) evenly, f32 as f64 but for rounding down") {
  Random random{5};
  Random same{5};
  Tensor narrow;
  {
    const Tape tape{random};
    narrow = random_uniform({99999}).detach();
  }
  const Tape tape{same};
  const Tensor wide = random_uniform({99999}, DType::f64);
  const auto a = narrow.values<float>();
  const auto b = wide.values<double>();
  std::array<int, 10> tenths{};
  int outside = 0;
  int apart = 0;
  for (std::size_t i = 0; i < b.size(); ++i) {
    outside += !(a[i] >= 0 && a[i] < 1 && b[i] >= 0 && b[i] < 1);
    apart += !(a[i] <= b[i] && b[i] - a[i] < 0x1p-24);
    ++tenths[static_cast<std::size_t>(b[i] * 10)];
  }
  CHECK(outside == 0);
  CHECK(apart == 0);
  for (const int n : tenths) CHECK(std::abs(n - 10000) < 5 * 95);
}

TEST_CASE_TEMPLATE("normal numbers have mean 0, variance 1 and the tails of a normal", T, float,
                   double) {
  Random random{11};
  const Tape tape{random};
  const Tensor x = random_normal({100001}, dtype_of<T>());
  double sum = 0;
  double squares = 0;
  int outside = 0;
  for (const T v : x.values<T>()) {
    sum += v;
    squares += static_cast<double>(v) * v;
    outside += std::abs(v) > 2;
  }
  CHECK(std::abs(sum / 1e5) < 5 / std::sqrt(1e5));
  CHECK(std::abs(squares / 1e5 - 1) < 5 * std::sqrt(2 / 1e5));
  CHECK(std::abs(outside / 1e5 - 0.0455) < 5 * std::sqrt(0.0455 / 1e5));
}

TEST_CASE("a draw gives the same numbers each time it is read, and a longer one begins with them") {
  std::vector<std::vector<float>> draws;
  for (const std::int64_t n : {5, 8}) {
    Random random{3};
    const Tape tape{random};
    const Tensor x = random_normal({n});
    const auto values = x.values<float>();
    CHECK(same_values(x, x + 0));
    draws.emplace_back(values.begin(), values.end());
  }
  CHECK(std::equal(draws[0].begin(), draws[0].end(), draws[1].begin()));
}

TEST_CASE("draws of nothing and of one number") {
  Random random{3};
  const Tape tape{random};
  CHECK(dropout_mask({3, 0}, 0.5).values<float>().empty());
  CHECK(random_uniform({0}, DType::f64).values<double>().empty());
  CHECK(random_normal({}).size() == 1);
  CHECK(std::isfinite(random_normal({}).item()));
}

TEST_CASE("the gradient of a product with a mask is the mask") {
  Random random{3};
  const Tensor x = ones({17}, DType::f64);
  const Tape tape{random};
  const Tensor mask = dropout_mask({17}, 0.5, DType::f64);
  CHECK(same_values(gradient(sum(x * mask), x), mask));
}

TEST_CASE("a rate outside of [0, 1) is refused") {
  Random random{3};
  const Tape tape{random};
  for (const double rate : {1., -0.25, nan<double>}) {
    CHECK_THROWS_AS(dropout_mask({2}, rate), ValueError);
  }
  CHECK_THROWS_WITH_AS(dropout_mask({2}, 1),
                       doctest::Contains("dropout_mask: a rate of 1.000000; it must be at least 0 "
                                         "and less than 1 (tests/ops/random_test.cpp:"),
                       ValueError);
}

TEST_CASE("random numbers without a training tape are refused") {
  const auto wanted = [](const std::string& op) {
    return doctest::Contains(
        (op + ": no training tape is open; random numbers come from `Tape tape{random}` (tests/")
            .c_str());
  };
  CHECK_THROWS_WITH_AS(dropout_mask({2}, 0.5), wanted("dropout_mask"), TapeError);
  const Tape tape;
  CHECK_THROWS_WITH_AS(random_uniform({2}), wanted("random_uniform"), TapeError);
  CHECK_THROWS_WITH_AS(random_normal({2}), wanted("random_normal"), TapeError);
}

TEST_CASE("random numbers that are not floating are refused") {
  Random random{3};
  const Tape tape{random};
  CHECK_THROWS_WITH_AS(dropout_mask({2}, 0.5, DType::i32),
                       "dropout_mask: a tensor of i32; it must be f32 or f64", DTypeError);
  CHECK_THROWS_WITH_AS(random_uniform({2}, DType::boolean),
                       "random_uniform: a tensor of bool; it must be f32 or f64", DTypeError);
  CHECK_THROWS_WITH_AS(random_normal({2}, DType::i64),
                       "random_normal: a tensor of i64; it must be f32 or f64", DTypeError);
}

NO_GRADIENT_CASE("dropout_mask", "it has no inputs");
NO_GRADIENT_CASE("random_uniform", "it has no inputs");
NO_GRADIENT_CASE("random_normal", "it has no inputs");

}  // namespace
}  // namespace chronograd
