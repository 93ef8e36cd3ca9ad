#include "chronograd/layers/multi_head_attention.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/planning.h"
#include "chronograd/ops/at.h"
#include "chronograd/ops/concat.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/matmul.h"
#include "chronograd/ops/slice.h"
#include "chronograd/ops/stack.h"
#include "tests/graph/probe.h"
#include "tests/layers/model.h"
#include "tests/planning.h"

namespace chronograd {
namespace {

using namespace test;

const Tensor lengths = Tensor::copy_of<std::int64_t>({3, 2}, {2});

TEST_CASE("one head is the formula, written out of the joined projection") {
  Draw draw{1};
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const MultiHeadAttention attention{parameters / "a", {.size = 2}};
  scatter(parameters, draw);
  const Tensor xs = draw.tensor({3, 1, 2});
  const Matrix w{parameters.at("a/input/weight").value()};
  const Matrix v{parameters.at("a/output/weight").value()};
  const auto b = numbers(parameters.at("a/input/bias").value());
  const auto c = numbers(parameters.at("a/output/bias").value());
  const Tensor found = attention(xs);
  const auto projected = [&](std::int64_t t, std::int64_t column) {
    return dot(Matrix{at(xs, t)}, 0, w, column) + b[static_cast<std::size_t>(column)];
  };
  for (std::int64_t t = 0; t < 3; ++t) {
    double total = 0, sums[2] = {0, 0};
    for (std::int64_t s = 0; s < 3; ++s) {
      const double dots = projected(t, 0) * projected(s, 2) + projected(t, 1) * projected(s, 3);
      const double weight = std::exp(dots / std::sqrt(2.));
      total += weight;
      for (std::int64_t k = 0; k < 2; ++k) sums[k] += weight * projected(s, 4 + k);
    }
    for (std::int64_t k = 0; k < 2; ++k) {
      const double wanted = (sums[0] * v(0, k) + sums[1] * v(1, k)) / total;
      CHECK(near(Matrix{at(found, t)}(0, k), wanted + c[static_cast<std::size_t>(k)]));
    }
  }
}

TEST_CASE("gradients match finite differences, of a sequence to itself and to another") {
  Draw draw{2};
  Random random{1};
  for (const bool rotary : {false, true}) {
    const Parameters parameters{random, DType::f64};
    const MultiHeadAttention attention{
        parameters / "a", {.size = 4, .heads = 2, .key_value_heads = 1, .rotary = rotary}};
    CHECK(parameters.at("a/input/weight").shape() == Shape{4, 8});
    scatter(parameters, draw);
    const auto f = [&](std::span<const Tensor> x) {
      const Tensor own = attention(x[0], {.lengths = lengths, .causal = true});
      const auto found = attention(own, attention.remember(x[1], lengths));
      return concat({own, found.output, found.context, found.weights}, -1);
    };
    const std::vector<Tensor> inputs{draw.tensor({3, 2, 4}), draw.tensor({3, 2, 4})};
    const GradientCheck check = check_gradient(f, parameters, inputs);
    CHECK_MESSAGE(check, check.message);
    const auto run = [&](bool planned) {
      const Planning planning{planned};
      const Tape tape;
      return f(inputs).detach();
    };
    CHECK(near(run(true), run(false)));
  }
}

TEST_CASE("a sequence that looks at itself as a memory gives what self-attention gives") {
  Draw draw{3};
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const MultiHeadAttention attention{parameters / "a", {.size = 4, .heads = 2}};
  const Tensor xs = draw.tensor({3, 2, 4});
  const auto memory = attention.remember(xs, lengths);
  const auto found = attention(xs, memory);
  CHECK(near(slice(found.output, 0, 0, 2), slice(attention(xs, {.lengths = lengths}), 0, 0, 2)));
  CHECK(found.weights.shape() == Shape{3, 2, 3});
  const auto single = attention(at(xs, 1), memory);
  CHECK(near(single.output, at(found.output, 1)));
  CHECK(near(single.weights, at(found.weights, 1)));
}

TEST_CASE("padding changes no real number and no gradient, not even NaN") {
  Draw draw{4};
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const MultiHeadAttention attention{parameters / "a", {.size = 4, .heads = 2}};
  scatter(parameters, draw);
  const Tensor real = draw.tensor({2, 1, 4});
  const Tensor padded = concat({real, full({1, 1, 4}, not_a_number, DType::f64)}, 0).detach();
  const Tensor length = Tensor::copy_of({std::int64_t{2}}, {1});
  const Tape tape;
  const Tensor wanted = attention(real);
  const Tensor found = slice(attention(padded, {.lengths = length}), 0, 0, 2);
  CHECK(near(found, wanted));
  const Gradients g = backward(sum(found), parameters);
  for (const auto& [path, entry] : backward(sum(wanted), parameters)) {
    CHECK(near(g.at(path), entry.gradient));
  }
  // Where nothing may be looked at, the output is its bias.
  const Tensor none = attention(padded, {.lengths = zeros({1}, DType::i64)});
  CHECK(same_values(at(at(none, 2), 0), parameters.at("a/output/bias").value()));
}

TEST_CASE("step by step with a cache it gives what the whole sequence gives under causality") {
  Draw draw{5};
  Random random{1};
  for (const bool rotary : {false, true}) {
    const Parameters parameters{random, DType::f64};
    const MultiHeadAttention attention{
        parameters / "a", {.size = 8, .heads = 4, .key_value_heads = 2, .rotary = rotary}};
    const Tensor xs = draw.tensor({5, 2, 8});
    KeyCache cache = attention.cache(2, 5);
    CHECK(cache.keys.shape() == Shape{2, 2, 32, 2});
    std::vector<Tensor> outputs;
    for (std::int64_t t = 0; t < 5; ++t) {
      auto [output, next] = attention.step(at(xs, t), cache);
      outputs.push_back(output);
      cache = next;
    }
    CHECK(near(stack(outputs), attention(xs, {.causal = true})));
  }
}

TEST_CASE("29 steps with a cache are two plans in all, and a full cache says so") {
  Random random{1};
  const Parameters parameters{random};
  const MultiHeadAttention attention{parameters / "a", {.size = 8, .heads = 2}};
  const Tape tape{Tape::forward_only};
  KeyCache cache = attention.cache(2, 29);
  const auto before = plan_counters();
  for (int t = 0; t < 29; ++t) {
    auto [output, next] = attention.step(full({2, 8}, 0.1 * t), cache);
    evaluate(output, next.keys, next.values, next.length);
    cache = next;
  }
  CHECK(plan_counters().misses - before.misses <= 2);
  CHECK(message_of<IndexError>([&] {
          for (int t = 29; t < 33; ++t) cache = attention.step(full({2, 8}, 1), cache).cache;
          cache.length.detach();
          evaluate(cache.keys);
        }).find("length 33 at [0]; the sequences have 32 steps") != std::string::npos);
}

TEST_CASE("options that do not fit are named before a parameter is made") {
  Random random{1};
  const Parameters parameters{random};
  const auto message = [&](const MultiHeadAttentionOptions& options) {
    return message_before_place<ValueError>([&] { MultiHeadAttention(parameters / "a", options); });
  };
  CHECK(message({.size = 6, .heads = 4}) ==
        "MultiHeadAttention: heads = 4 and size = 6; the first must divide the other");
  CHECK(message({.size = 6, .heads = 6, .key_value_heads = 4}) ==
        "MultiHeadAttention: key_value_heads = 4 and heads = 6; the first must divide the other");
  CHECK(message({.size = 6, .heads = 2, .rotary = true}) ==
        "MultiHeadAttention: heads of 3 numbers; rotary positions need an even count");
  CHECK(message({}) == "MultiHeadAttention: size = 0; give a size of at least 1");
  CHECK(message({.size = 2, .dropout = not_a_number}) ==
        "MultiHeadAttention: dropout = nan; it must be at least 0 and below 1");
  CHECK(parameters.size() == 0);
  const MultiHeadAttention attention{parameters / "a", {.size = 4}};
  CHECK(message_before_place<ShapeError>([&] {
          attention(full({3, 4}, 1));
        }) == "MultiHeadAttention: a sequence [3, 4]; it must be [time, batch, 4]");
  CHECK(message_before_place<ShapeError>([&] {
          attention(full({1, 4}, 1), attention.remember(full({3, 2, 4}, 1)));
        }) == "MultiHeadAttention: a query [1, 4] for a memory of 2 sequences; it must be [2, 4]");
}

}  // namespace
}  // namespace chronograd
