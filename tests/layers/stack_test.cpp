#include "chronograd/layers/stack.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

#include "chronograd/layers/gru.h"
#include "chronograd/layers/lstm.h"
#include "chronograd/ops/at.h"
#include "chronograd/ops/gather.h"
#include "chronograd/ops/matmul.h"
#include "chronograd/ops/sequence_mask.h"
#include "chronograd/ops/slice.h"
#include "tests/graph/probe.h"
#include "tests/layers/model.h"

namespace chronograd {
namespace {

using namespace test;

static_assert(RecurrentCell<Stack<LSTMCell>>);

template <class Layer>
void check_equal_numbers(const RecurrentOptions& options) {
  Draw draw{1};
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const Layer layer{parameters / "m", {.input = 2, .hidden = 3}, options};
  scatter(parameters, draw);
  const Tensor xs = draw.tensor({4, 2, 2});
  const auto whole = layer(xs);
  const auto stack = layer.stack();
  auto state = stack.zero_state(2);
  for (const int t : steps(4)) {
    state = stack.step(at(xs, t), state);
    CHECK(near(at(whole.outputs, t), state.h));
  }
  REQUIRE(state.layers.size() == whole.last.size());
  for (std::size_t k = 0; k < state.layers.size(); ++k) {
    CHECK(near(whole.last[k].h, state.layers[k].h));
  }
}

TEST_CASE("a stack takes a layer's steps one at a time and gives its numbers") {
  check_equal_numbers<LSTM>({});
  check_equal_numbers<LSTM>({.layers = 3, .dropout = 0.5});
  check_equal_numbers<GRU>({.layers = 2, .between = Between::residual});
  check_equal_numbers<LSTM>({.layers = 3, .between = Between::highway});
  check_equal_numbers<LSTM>(
      {.layers = 2, .step = {.recurrent_dropout = 0.5, .zoneout = 0.3, .zoneout_h = 0.2}});
}

TEST_CASE("a stack of its own has the paths and first numbers of a layer, and is a cell") {
  const auto make = [](const Scope& s, std::int64_t n) {
    return LSTMCell{s, {.input = n, .hidden = 3}};
  };
  Draw draw{2};
  Random random{1};
  const Parameters of_stack{random, DType::f64};
  const Parameters of_layer{random, DType::f64};
  const RecurrentOptions options{.layers = 2, .between = Between::highway};
  const Stack<LSTMCell> stack{make, of_stack / "m", 2, options};
  const LSTM layer{of_layer / "m", {.input = 2, .hidden = 3}, options};
  of_layer.restore(of_stack.snapshot());
  const Tensor xs = draw.tensor({4, 2, 2});
  const Tensor lengths = Tensor::copy_of({std::int64_t{2}, std::int64_t{4}}, {2});
  const auto found = unroll(stack, xs, {.lengths = lengths});
  const auto wanted = layer(xs, lengths);
  CHECK(near(found.outputs, wanted.outputs));
  CHECK(near(found.last.layers[1].c, wanted.last[1].c));
  check_gradients(of_stack, [&](std::span<const Tensor> x) { return unroll(stack, x[0]).outputs; },
                  {xs});
}

TEST_CASE("a stack's state is chosen by rows, as beams are") {
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const LSTM layer{parameters / "m", {.input = 2, .hidden = 3}, {.layers = 2}};
  Draw draw{3};
  const auto stack = layer.stack();
  const auto state = stack.step(draw.tensor({2, 2}), stack.zero_state(2));
  const Tensor rows = Tensor::copy_of({std::int64_t{1}, std::int64_t{0}, std::int64_t{1}}, {3});
  const auto chosen = map_state([&](const Tensor& t) { return gather(t, rows); }, state);
  CHECK(same_values(at(chosen.layers[1].c, 2), at(state.layers[1].c, 1)));
  CHECK(same_values(at(chosen.h, 1), at(state.h, 0)));
}

TEST_CASE("what a single step cannot do is refused") {
  Random random{1};
  const Parameters parameters{random};
  const LSTM both{parameters / "m", {.input = 2, .hidden = 3}, {.bidirectional = true}};
  CHECK(message_before_place<ValueError>([&] { both.stack(); }) ==
        "Recurrent: a stack of bidirectional layers; what runs backwards cannot be taken a step at "
        "a time");
  const auto build = [&](const RecurrentOptions& options) {
    Stack<GRUCell>{[](const Scope& s, std::int64_t n) {
                     return GRUCell{s, {.input = n, .hidden = 3}};
                   },
                   parameters / "s", 2, options};
  };
  CHECK(message_before_place<ValueError>([&] { build({.backwards = true}); }) ==
        "Stack: backwards = true; a stack takes the steps it is given, one at a time");
  CHECK(message_before_place<ValueError>([&] { build({.step = {.recurrent_dropout = 0.1}}); }) ==
        "Stack: step.input_dropout or step.recurrent_dropout above 0; their masks belong to whole "
        "sequences, which Recurrent runs");
  CHECK_THROWS_AS(build({.layers = 0}), ValueError);
  CHECK_THROWS_AS(build({.bidirectional = true}), ValueError);
  CHECK(parameters.size() == 6);
}

}  // namespace
}  // namespace chronograd
