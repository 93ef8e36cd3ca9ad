#include "chronograd/layers/attention.h"

#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <string>
#include <type_traits>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/layers/additive_attention.h"
#include "chronograd/layers/location_attention.h"
#include "chronograd/layers/simple_rnn_cell.h"
#include "chronograd/ops/at.h"
#include "chronograd/ops/concat.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/slice.h"
#include "tests/graph/probe.h"
#include "tests/layers/model.h"
#include "tests/planning.h"

namespace chronograd {
namespace {

using namespace test;

TEST_CASE("scores, weights, context and output are what the equations say") {
  Draw draw{1};
  Random random{1};
  for (int trial = 0; trial < 6; ++trial) {
    const AttentionScore score = trial % 2 == 0 ? AttentionScore::general : AttentionScore::dot;
    const auto batch = draw.between(1, 3), source = draw.between(1, 5), query = draw.between(1, 4);
    const auto memory = score == AttentionScore::dot ? query : draw.between(1, 4);
    const auto width = draw.between(1, 4);
    const Parameters parameters{random, DType::f64};
    const LuongAttention attention{
        parameters / "a", {.query = query, .memory = memory, .output = width, .score = score}};
    scatter(parameters, draw);
    const Tensor encoded = draw.tensor({source, batch, memory});
    const Tensor h = draw.tensor({batch, query});
    const auto result = attention(h, attention.remember(encoded));
    REQUIRE(result.weights.shape() == Shape{batch, source});
    REQUIRE(result.context.shape() == Shape{batch, memory});
    REQUIRE(result.output.shape() == Shape{batch, width});

    const Matrix hs{h}, weights{result.weights}, context{result.context}, output{result.output};
    const Matrix v{parameters.at("a/output/weight").value()};
    for (std::int64_t b = 0; b < batch; ++b) {
      std::vector<double> exponentials;
      double total = 0;
      for (std::int64_t i = 0; i < source; ++i) {
        const Matrix state{at(encoded, i)};
        double dots = 0;
        for (std::int64_t k = 0; k < query; ++k) {
          const double key =
              score == AttentionScore::dot
                  ? state(b, k)
                  : dot(state, b, Matrix{parameters.at("a/score/weight").value()}, k);
          dots += hs(b, k) * key;
        }
        exponentials.push_back(std::exp(dots));
        total += exponentials.back();
      }
      std::vector<double> joined;
      for (std::int64_t k = 0; k < memory; ++k) {
        double wanted = 0;
        for (std::int64_t i = 0; i < source; ++i) {
          const double weight = exponentials[static_cast<std::size_t>(i)] / total;
          CHECK(near(weights(b, i), weight));
          wanted += weight * Matrix{at(encoded, i)}(b, k);
        }
        CHECK(near(context(b, k), wanted));
        joined.push_back(wanted);
      }
      for (std::int64_t k = 0; k < query; ++k) joined.push_back(hs(b, k));
      for (std::int64_t k = 0; k < width; ++k) {
        double wanted = 0;
        for (std::size_t j = 0; j < joined.size(); ++j) {
          wanted += joined[j] * v(static_cast<std::int64_t>(j), k);
        }
        CHECK(near(output(b, k), std::tanh(wanted)));
      }
    }
  }
}

TEST_CASE("a query of many steps finds what each step finds alone, by any score") {
  Draw draw{4};
  Random random{1};
  for (const AttentionScore score :
       {AttentionScore::dot, AttentionScore::general, AttentionScore::scaled}) {
    const Parameters parameters{random, DType::f64};
    const LuongAttention attention{parameters / "a", {.query = 3, .memory = 3, .score = score}};
    const auto memory =
        attention.remember(draw.tensor({4, 2, 3}), Tensor::copy_of<std::int64_t>({4, 2}, {2}));
    const Tensor queries = draw.tensor({5, 2, 3});
    const auto all = attention(queries, memory);
    CHECK(all.weights.shape() == Shape{5, 2, 4});
    for (std::int64_t t = 0; t < 5; ++t) {
      const auto [output, context, weights] = attention(at(queries, t), memory);
      CHECK(near(at(all.output, t), output));
      CHECK(near(at(all.context, t), context));
      CHECK(near(at(all.weights, t), weights));
    }
  }
}

TEST_CASE("the scaled score is the dot product over the square root of the size") {
  Draw draw{5};
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const LuongAttention scaled{parameters / "a",
                              {.query = 4, .memory = 4, .score = AttentionScore::scaled}};
  const LuongAttention dots{parameters / "b",
                            {.query = 4, .memory = 4, .score = AttentionScore::dot}};
  const Tensor encoded = draw.tensor({3, 2, 4}), h = draw.tensor({2, 4});
  CHECK(near(scaled(h, scaled.remember(encoded)).weights,
             dots(0.5 * h, dots.remember(encoded)).weights));
}

TEST_CASE("a mask says what lengths say, and more") {
  Draw draw{6};
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const LuongAttention attention{parameters / "a", {.query = 3, .memory = 3}};
  const Tensor encoded = draw.tensor({3, 2, 3}), h = draw.tensor({2, 3});
  const Tensor lengths = Tensor::copy_of<std::int64_t>({1, 3}, {2});
  const Tensor mask = Tensor::copy_of({true, true, false, true, false, true}, {3, 2});
  const auto by_lengths = attention(h, attention.remember(encoded, lengths));
  CHECK(same_values(attention(h, attention.remember(encoded, mask)).output, by_lengths.output));
  const Tensor gap = Tensor::copy_of({true, true, false, true, true, true}, {3, 2});
  const Tensor weights = attention(h, attention.remember(encoded, gap)).weights;
  CHECK(weights.values<double>()[1] == 0);
  CHECK(weights.values<double>()[2] > 0);
  CHECK(message_before_place<ShapeError>([&] { attention.remember(encoded, at(mask, 0)); }) ==
        "LuongAttention: a mask [2] for encoder states of [3, 2]; they must be alike");
}

TEST_CASE("where nothing is real, weights, context and gradients are 0") {
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const LuongAttention attention{parameters / "a", {.query = 2, .memory = 2}};
  const Tensor encoded = full({3, 1, 2}, not_a_number, DType::f64);
  const Tensor h = full({1, 2}, 0.5, DType::f64);
  const Tape tape;
  const auto found =
      attention(h, attention.remember(encoded, Tensor::copy_of({std::int64_t{0}}, {1})));
  CHECK(same_values(found.weights, zeros({1, 3}, DType::f64)));
  CHECK(same_values(found.context, zeros({1, 2}, DType::f64)));
  CHECK(same_values(gradient(sum(found.output), encoded), zeros({3, 1, 2}, DType::f64)));
}

TEST_CASE("dropout acts on the weights of the context, not on those returned") {
  Draw draw{7};
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const LuongAttention attention{parameters / "a", {.query = 2, .memory = 2, .dropout = 0.5}};
  const LuongAttention plain{parameters / "b", {.query = 2, .memory = 2}};
  parameters.at("b/score/weight").set_value(parameters.at("a/score/weight").value());
  const Tensor encoded = draw.tensor({20, 3, 2}), h = draw.tensor({3, 2});
  const auto wanted = plain(h, plain.remember(encoded));
  CHECK(near(attention(h, attention.remember(encoded)).context, wanted.context));
  Tape tape{random};
  const auto found = attention(h, attention.remember(encoded));
  CHECK(near(found.weights, wanted.weights));
  CHECK(!near(found.context, wanted.context, 1e-3));
}

/// A decoder that any attention fits. Its state holds the memory, which changes with each look.
template <class Attention>
class AnyDecoder {
 public:
  struct State {
    Tensor h;
    typename Attention::Memory memory;
  };

  template <class Options>
  AnyDecoder(const Scope& scope, const Options& options)
      : cell_(scope / "cell", {.input = 2 + options.query, .hidden = options.query}),
        attention_(scope / "attention", options) {}

  State start(const Tensor& encoded, const Tensor& lengths, std::int64_t hidden) const {
    return {.h = zeros({encoded.shape()[1], hidden}, encoded.dtype()),
            .memory = attention_.remember(encoded, lengths)};
  }
  State step(const Tensor& x, const State& state) const {
    const Tensor h = cell_.step(concat({x, state.h}, -1), {.h = state.h}).h;
    const auto [output, context, weights] = attention_(h, state.memory);
    return {.h = output, .memory = attention_.after(state.memory, weights)};
  }

 private:
  SimpleRNNCell cell_;
  Attention attention_;
};

TEST_CASE_TEMPLATE("a decoder is a template over its attention", Attention, LuongAttention,
                   AdditiveAttention, LocationAttention) {
  Draw draw{8};
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const auto decoder = [&] {
    if constexpr (std::is_same_v<Attention, LuongAttention>) {
      return AnyDecoder<Attention>{parameters, LuongAttentionOptions{.query = 3, .memory = 2}};
    } else if constexpr (std::is_same_v<Attention, AdditiveAttention>) {
      return AnyDecoder<Attention>{
          parameters, AdditiveAttentionOptions{.query = 3, .memory = 2, .coverage = true}};
    } else {
      return AnyDecoder<Attention>{
          parameters, LocationAttentionOptions{.query = 3, .memory = 2, .filters = 2, .width = 3}};
    }
  }();
  scatter(parameters, draw);
  const Tensor lengths = Tensor::copy_of<std::int64_t>({3, 2}, {2});
  const auto decode = [&](std::span<const Tensor> in) {
    auto state = decoder.start(in[0], lengths, 3);
    for (std::int64_t t = 0; t < 3; ++t) state = decoder.step(at(in[1], t), state);
    return state.h;
  };
  const std::vector<Tensor> inputs{draw.tensor({3, 2, 2}), draw.tensor({3, 2, 2})};
  const GradientCheck check = check_gradient(decode, parameters, inputs);
  CHECK_MESSAGE(check, check.message);
  const auto run = [&](bool planned) {
    const Planning planning{planned};
    const Tape tape;
    return decode(inputs).detach();
  };
  CHECK(near(run(true), run(false)));
}

TEST_CASE("gradients match finite differences, with and without lengths") {
  Draw draw{2};
  Random random{1};
  for (int trial = 0; trial < 4; ++trial) {
    const AttentionScore score = trial % 2 == 0 ? AttentionScore::general : AttentionScore::dot;
    const auto batch = draw.between(1, 3), source = draw.between(2, 4), query = draw.between(1, 3);
    const auto memory = score == AttentionScore::dot ? query : draw.between(1, 3);
    const Parameters parameters{random, DType::f64};
    const LuongAttention attention{parameters / "a",
                                   {.query = query, .memory = memory, .score = score}};
    scatter(parameters, draw);
    std::vector<std::int64_t> lengths;
    for (std::int64_t b = 0; b < batch; ++b) lengths.push_back(draw.between(2, source));
    const Tensor real = trial < 2 ? Tensor{} : Tensor::copy_of(lengths, {batch});
    check_gradients(parameters,
                    [&](std::span<const Tensor> x) {
                      const auto result = attention(x[1], attention.remember(x[0], real));
                      return concat({result.output, result.context, result.weights}, -1);
                    },
                    {draw.tensor({source, batch, memory}), draw.tensor({batch, query})});
  }
}

TEST_CASE("padding gets no weight and changes no number and no gradient, not even NaN") {
  Random random{1};
  for (const AttentionScore score : {AttentionScore::general, AttentionScore::dot}) {
    for (const double padding : {0.4, not_a_number}) {
      Draw draw{3};
      const Parameters parameters{random, DType::f64};
      const LuongAttention attention{parameters / "a", {.query = 3, .memory = 3, .score = score}};
      const Tensor real = draw.tensor({2, 1, 3});
      const Tensor encoded = concat({real, full({2, 1, 3}, padding, DType::f64)}, 0).detach();
      const Tensor h = draw.tensor({1, 3});
      const Tape tape;
      const auto found =
          attention(h, attention.remember(encoded, Tensor::copy_of({std::int64_t{2}}, {1})));
      const auto wanted = attention(h, attention.remember(real));
      CHECK(near(found.output, wanted.output));
      CHECK(near(found.context, wanted.context));
      CHECK(near(slice(found.weights, 1, 0, 2), wanted.weights));
      CHECK(same_values(slice(found.weights, 1, 2, 4), zeros({1, 2}, DType::f64)));
      const Tensor dx = gradient(sum(found.output), encoded);
      CHECK(near(slice(dx, 0, 0, 2), gradient(sum(wanted.output), real)));
      CHECK(same_values(slice(dx, 0, 2, 4), zeros({2, 1, 3}, DType::f64)));
      const Gradients g = backward(sum(found.output), parameters);
      for (const auto& [path, entry] : backward(sum(wanted.output), parameters)) {
        CHECK(near(g.at(path), entry.gradient));
      }
    }
  }
}

TEST_CASE("lengths and queries that do not fit the memory are refused") {
  Random random{1};
  const Parameters parameters{random};
  const LuongAttention attention{parameters / "a", {.query = 2, .memory = 2}};
  const Tensor encoded = full({3, 2, 2}, 1);
  const auto remember = [&](const Tensor& lengths) { attention.remember(encoded, lengths); };
  CHECK(message_of<IndexError>([&] {
          remember(Tensor::copy_of<std::int64_t>({3, 4}, {2}));
        }).starts_with("sequence_mask: length 4 at [1]; the sequences have 3 steps"));
  CHECK_THROWS_AS(remember(Tensor::copy_of<std::int64_t>({-1, 3}, {2})), IndexError);
  CHECK_THROWS_AS(remember(Tensor::copy_of<float>({1, 2}, {2})), DTypeError);
  const auto memory = attention.remember(encoded);
  const auto lone = attention.remember(full({3, 1, 2}, 1));
  CHECK(message_before_place<ShapeError>([&] {
          attention(full({1, 2}, 1), memory);
        }) ==
        "LuongAttention: a query [1, 2] for a memory of 2 sequences and keys of 2; it must be [2, "
        "2]");
  CHECK_THROWS_AS(attention(full({2, 2}, 1), lone), ShapeError);
  CHECK_THROWS_AS(attention(full({2}, 1), memory), ShapeError);
}

TEST_CASE("the six parts of the equations stand in the recording by their names") {
  Random random{1};
  const Parameters parameters{random};
  const LuongAttention attention{parameters / "model" / "attention", {.query = 2, .memory = 2}};
  const Tape tape;
  attention(full({1, 2}, 1), attention.remember(full({3, 1, 2}, 1)));
  std::map<std::string, std::string> ops;
  const RecordingView recording = tape.recording();
  for (OutputId output = 0; output < recording.outputs(); ++output) {
    if (recording.role(output).empty()) continue;
    const NodeView node = recording[recording.node_of(output)];
    CHECK(node.scope() == "model/attention");
    ops.emplace(recording.role(output), node.name());
  }
  CHECK(ops == std::map<std::string, std::string>{{"dot products", "reshape"},
                                                  {"softmax", "softmax"},
                                                  {"weighting", "mul"},
                                                  {"sum", "sum"},
                                                  {"join", "concat"},
                                                  {"output", "tanh"}});
}

TEST_CASE("the output has the size of the query unless another is given") {
  Random random{1};
  const Parameters parameters{random};
  const LuongAttention general{parameters / "a", {.query = 3, .memory = 2}};
  const LuongAttention dots{parameters / "b",
                            {.query = 3, .memory = 3, .output = 5, .score = AttentionScore::dot}};
  CHECK(parameters.at("a/score/weight").shape() == Shape{2, 3});
  CHECK(parameters.at("a/output/weight").shape() == Shape{5, 3});
  CHECK(parameters.at("b/output/weight").shape() == Shape{6, 5});
  CHECK(parameters.size() == 3);
}

TEST_CASE("sizes that do not fit are named") {
  Random random{1};
  const Parameters parameters{random};
  CHECK(message_before_place<ValueError>([&] {
          LuongAttention(parameters / "a", {.memory = 2});
        }) == "LuongAttention: query = 0; give a size of at least 1");
  CHECK(message_before_place<ValueError>([&] { LuongAttention(parameters / "b", {.query = 2}); }) ==
        "LuongAttention: memory = 0; give a size of at least 1");
  CHECK(message_before_place<ValueError>([&] {
          LuongAttention(parameters / "c", {.query = 2, .memory = 3, .score = AttentionScore::dot});
        }) ==
        "LuongAttention: query = 2 and memory = 3; the dot score needs equal sizes, "
        "AttentionScore::general does not");
  const LuongAttention attention{parameters / "d", {.query = 2, .memory = 3}};
  CHECK(message_before_place<ShapeError>([&] {
          attention.remember(full({4, 3}, 1));
        }) == "LuongAttention: encoder states [4, 3]; they must be [source, batch, 3]");
  CHECK(message_before_place<ShapeError>([&] {
          attention.remember(full({4, 2, 3}, 1), Tensor::copy_of({std::int64_t{4}}, {1}));
        }) == "LuongAttention: lengths [1] for a batch of 2; they must be [2]");
}

}  // namespace
}  // namespace chronograd
