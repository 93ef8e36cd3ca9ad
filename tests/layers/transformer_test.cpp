#include "chronograd/layers/transformer.h"

#include <doctest/doctest.h>

#include <vector>

#include "chronograd/ops/add.h"
#include "chronograd/ops/at.h"
#include "chronograd/ops/concat.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/slice.h"
#include "chronograd/ops/stack.h"
#include "chronograd/ops/tanh.h"
#include "tests/graph/probe.h"
#include "tests/layers/model.h"
#include "tests/planning.h"

namespace chronograd {
namespace {

using namespace test;

const Tensor lengths = Tensor::copy_of<std::int64_t>({3, 2}, {2});

/// The layer again, written out of its parts, which read the same parameters.
Tensor expected(const Parameters& parameters, const Tensor& x, bool norm_first) {
  Random random{1};
  const Parameters copy{random, DType::f64};
  const MultiHeadAttention attention{copy / "l" / "attention", {.size = 4, .heads = 2}};
  const Linear inner{copy / "l" / "inner", {.input = 4, .output = 5}};
  const Linear outer{copy / "l" / "outer", {.input = 5, .output = 4}};
  const LayerNorm first{copy / "l" / "attention_norm", {.size = 4}};
  const LayerNorm second{copy / "l" / "outer_norm", {.size = 4}};
  copy.restore(parameters.snapshot());
  const auto maps = [&](const Tensor& y) { return outer(tanh(inner(y))); };
  const AttentionMask mask{.lengths = lengths};
  if (norm_first) {
    const Tensor y = x + attention(first(x), mask);
    return y + maps(second(y));
  }
  const Tensor y = first(x + attention(x, mask));
  return second(y + maps(y));
}

TEST_CASE("an encoder's layer is the sum of its parts, with the norm before or behind") {
  Draw draw{1};
  for (const bool norm_first : {false, true}) {
    Random random{1};
    const Parameters parameters{random, DType::f64};
    const TransformerEncoderLayer layer{
        parameters / "l",
        {.size = 4, .heads = 2, .hidden = 5, .activation = tanh, .norm_first = norm_first}};
    scatter(parameters, draw);
    const std::vector<Tensor> inputs{draw.tensor({3, 2, 4})};
    const auto f = [&](std::span<const Tensor> x) { return layer(x[0], {.lengths = lengths}); };
    CHECK(near(slice(f(inputs), 0, 0, 2),
               slice(expected(parameters, inputs[0], norm_first), 0, 0, 2)));
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

TEST_CASE("a decoder's layer sees no later step, and step by step gives the same") {
  Draw draw{2};
  for (const bool norm_first : {false, true}) {
    Random random{1};
    const Parameters parameters{random, DType::f64};
    const TransformerDecoderLayer layer{
        parameters / "l", {.size = 4, .heads = 2, .norm_first = norm_first, .rotary = norm_first}};
    scatter(parameters, draw);
    const Tensor encoded = draw.tensor({3, 2, 4}), xs = draw.tensor({4, 2, 4});
    const auto memory = layer.remember(encoded, lengths);
    const Tensor whole = layer(xs, memory);
    CHECK(near(slice(whole, 0, 0, 2), layer(slice(xs, 0, 0, 2), memory)));
    KeyCache cache = layer.cache(2, 4);
    std::vector<Tensor> outputs;
    for (std::int64_t t = 0; t < 4; ++t) {
      auto [output, next] = layer.step(at(xs, t), memory, cache);
      outputs.push_back(output);
      cache = next;
    }
    CHECK(near(stack(outputs), whole));
  }
}

TEST_CASE("a decoder's gradients match finite differences, also to what the encoder read") {
  Draw draw{3};
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const TransformerDecoderLayer layer{parameters / "l",
                                      {.size = 2, .heads = 1, .hidden = 3, .activation = tanh}};
  scatter(parameters, draw);
  const std::vector<Tensor> inputs{draw.tensor({2, 2, 2}), draw.tensor({3, 2, 2})};
  const GradientCheck check = check_gradient(
      [&](std::span<const Tensor> x) { return layer(x[0], layer.remember(x[1], lengths)); },
      parameters, inputs);
  CHECK_MESSAGE(check, check.message);
}

TEST_CASE("padding changes no real number, not even NaN") {
  Draw draw{4};
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const TransformerEncoderLayer layer{parameters / "l", {.size = 4, .heads = 2}};
  const Tensor real = draw.tensor({2, 1, 4});
  const Tensor padded = concat({real, full({1, 1, 4}, not_a_number, DType::f64)}, 0);
  const Tensor length = Tensor::copy_of({std::int64_t{2}}, {1});
  const Tape tape;
  const Tensor found = slice(layer(padded, {.lengths = length}), 0, 0, 2), wanted = layer(real);
  CHECK(near(found, wanted));
  const Gradients g = backward(sum(found), parameters);
  for (const auto& [path, entry] : backward(sum(wanted), parameters)) {
    CHECK(near(g.at(path), entry.gradient, 1e-10));
  }
}

TEST_CASE("dropout acts while training only, and options out of range are named") {
  Draw draw{5};
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const TransformerEncoderLayer layer{parameters / "l", {.size = 4, .heads = 2, .dropout = 0.5}};
  const Tensor x = draw.tensor({3, 2, 4});
  const Tensor plain = layer(x);
  CHECK(same_values(plain, layer(x)));
  Tape tape{random};
  CHECK(!near(layer(x), plain, 1e-3));
  const std::size_t before = parameters.size();
  CHECK(message_before_place<ValueError>([&] {
          TransformerEncoderLayer(parameters / "m", {.size = 4, .dropout = -0.5});
        }) == "Transformer: dropout = -0.500000; it must be at least 0 and below 1");
  CHECK(message_before_place<ValueError>([&] {
          TransformerDecoderLayer(parameters / "m", {.size = 4, .heads = 3});
        }) == "MultiHeadAttention: heads = 3 and size = 4; the first must divide the other");
  CHECK(parameters.size() == before);
}

}  // namespace
}  // namespace chronograd
