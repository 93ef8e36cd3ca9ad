#include "chronograd/layers/additive_attention.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "chronograd/ops/add.h"
#include "chronograd/ops/at.h"
#include "chronograd/ops/concat.h"
#include "chronograd/ops/full.h"
#include "tests/graph/probe.h"
#include "tests/layers/model.h"

namespace chronograd {
namespace {

using namespace test;

TEST_CASE("weights are what the equation says, with and without coverage") {
  Draw draw{1};
  Random random{1};
  for (const bool coverage : {false, true}) {
    const Parameters parameters{random, DType::f64};
    const AdditiveAttention attention{parameters / "a",
                                      {.query = 3, .memory = 2, .hidden = 4, .coverage = coverage}};
    scatter(parameters, draw);
    const Tensor encoded = draw.tensor({3, 2, 2}), h = draw.tensor({2, 3});
    auto memory = attention.remember(encoded);
    memory = attention.after(memory, attention(h, memory).weights);  // a look before
    const Matrix before{coverage ? memory.coverage : zeros({2, 3}, DType::f64)};
    const Matrix weights{attention(h, memory).weights}, hs{h};
    const Matrix w{parameters.at("a/query/weight").value()};
    const Matrix u{parameters.at("a/key/weight").value()};
    const Matrix v{parameters.at("a/score/weight").value()};
    const std::vector<double> b = numbers(parameters.at("a/query/bias").value());
    for (std::int64_t row = 0; row < 2; ++row) {
      std::vector<double> exponentials;
      double total = 0;
      for (std::int64_t i = 0; i < 3; ++i) {
        const Matrix state{at(encoded, i)};
        double score = 0;
        for (std::int64_t k = 0; k < 4; ++k) {
          double inside =
              dot(hs, row, w, k) + b[static_cast<std::size_t>(k)] + dot(state, row, u, k);
          if (coverage) {
            inside += before(row, i) *
                      numbers(parameters.at("a/coverage").value())[static_cast<std::size_t>(k)];
          }
          score += v(k, 0) * std::tanh(inside);
        }
        exponentials.push_back(std::exp(score));
        total += exponentials.back();
      }
      for (std::int64_t i = 0; i < 3; ++i) {
        CHECK(near(weights(row, i), exponentials[static_cast<std::size_t>(i)] / total));
      }
    }
  }
}

TEST_CASE("gradients of many steps at once match finite differences") {
  Draw draw{2};
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const AdditiveAttention attention{parameters / "a", {.query = 3, .memory = 2}};
  scatter(parameters, draw);
  const Tensor lengths = Tensor::copy_of<std::int64_t>({3, 1}, {2});
  const auto f = [&](std::span<const Tensor> x) {
    const auto found = attention(x[1], attention.remember(x[0], lengths));
    return concat({found.output, found.context, found.weights}, -1);
  };
  const std::vector<Tensor> inputs{draw.tensor({3, 2, 2}), draw.tensor({2, 2, 3})};
  const GradientCheck check = check_gradient(f, parameters, inputs);
  CHECK_MESSAGE(check, check.message);
}

TEST_CASE("a query of many steps finds what each step finds alone") {
  Draw draw{3};
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const AdditiveAttention attention{parameters / "a", {.query = 3, .memory = 2, .output = 5}};
  const auto memory = attention.remember(draw.tensor({4, 2, 2}));
  const Tensor queries = draw.tensor({3, 2, 3});
  const auto all = attention(queries, memory);
  CHECK(all.output.shape() == Shape{3, 2, 5});
  CHECK(near(at(all.output, 1), attention(at(queries, 1), memory).output));
}

TEST_CASE("coverage is the sum of all weights so far, and needs one step at a time") {
  Draw draw{4};
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const AdditiveAttention attention{parameters / "a", {.query = 3, .memory = 2, .coverage = true}};
  auto memory = attention.remember(draw.tensor({4, 2, 2}));
  Tensor total = zeros({2, 4}, DType::f64);
  for (int look = 0; look < 3; ++look) {
    const Tensor weights = attention(draw.tensor({2, 3}), memory).weights;
    total = total + weights;
    memory = attention.after(memory, weights);
  }
  CHECK(near(memory.coverage, total));
  CHECK(
      message_before_place<ShapeError>([&] {
        attention(draw.tensor({5, 2, 3}), memory);
      }) ==
      "AdditiveAttention: a query [5, 2, 3] for a memory of 2 sequences and keys of 3; it must be "
      "[2, 3], for each look changes the memory");
}

TEST_CASE("options out of range are named before a parameter is made") {
  Random random{1};
  const Parameters parameters{random};
  CHECK(message_before_place<ValueError>([&] {
          AdditiveAttention(parameters / "a", {.query = 2});
        }) == "AdditiveAttention: memory = 0; give a size of at least 1");
  CHECK(message_before_place<ValueError>([&] {
          AdditiveAttention(parameters / "a", {.query = 2, .memory = 2, .dropout = 1});
        }) == "AdditiveAttention: dropout = 1.000000; it must be at least 0 and below 1");
  CHECK(parameters.size() == 0);
}

}  // namespace
}  // namespace chronograd
