// How many kernels a training step of a recurrent layer takes. When the planner learns to do with
// fewer, these are the numbers to change.
#include <doctest/doctest.h>

#include "chronograd/autodiff/backward.h"
#include "chronograd/layers/gru.h"
#include "chronograd/layers/lstm.h"
#include "chronograd/optim/adam.h"
#include "tests/graph/plan/written.h"
#include "tests/layers/own_cell.h"

namespace chronograd::test {
namespace {

constexpr std::int64_t time = 5, batch = 3, input = 6, hidden = 7;

Tensor outputs_of(const LSTM& layer, const Tensor& xs) { return layer(xs).outputs; }
Tensor outputs_of(const GRU& layer, const Tensor& xs) { return layer(xs).outputs; }
template <class C>
Tensor outputs_of(const C& cell, const Tensor& xs) {
  return unroll(cell, xs).outputs;
}

// Of learning to put out given numbers, with Adam.
template <class Make>
plan::Plan training_plan(Make make, std::int64_t steps = time) {
  Random random{1};
  const Parameters parameters{random};
  const auto layer = make(parameters / "layer");
  Adam adam{parameters};
  const Tensor xs = full({steps, batch, input}, 0.5);
  const Tensor ys = full({steps, batch, hidden}, 0.25);
  const Tape tape{random};
  const Tensor loss = mse(outputs_of(layer, xs), ys);
  const Gradients gradients = backward(loss, parameters);
  return plan_of_step([&] { adam.step(gradients); });
}

LSTM lstm(const Scope& scope) { return {scope, {.input = input, .hidden = hidden}}; }
GRU gru(const Scope& scope) { return {scope, {.input = input, .hidden = hidden}}; }
OwnCell own_cell(const Scope& scope) { return {scope, input, hidden}; }
OwnNormCell own_norm_cell(const Scope& scope) { return {scope, input, hidden}; }

TEST_CASE(
    "an LSTM takes two products and two fused kernels a step, and a few for all steps together") {
  // For x W and its gradient, the gradients of both weights, and those of the 5 steps and back.
  CHECK(counted(training_plan(lstm)) == "copy 1, fused 15, matmul 12, mean_square 1, sum 1");
  const std::string plan = written(training_plan(lstm));
  CHECK(plan.find("matmul x5 [15, 6] [6, 28] -> [15, 28]\n") < plan.find("fused"));
}

TEST_CASE("a second layer takes as many again, and one product for what it tells the first") {
  const auto deep = [](const Scope& scope) {
    return LSTM{scope, {.input = input, .hidden = hidden}, {.layers = 2}};
  };
  CHECK(counted(training_plan(deep)) == "copy 2, fused 25, matmul 25, mean_square 1, sum 2");
}

TEST_CASE("one that a user writes takes the same") {
  CHECK(written(training_plan(own_cell)) == written(training_plan(lstm)));
}

TEST_CASE("a GRU takes as many products and fused kernels") {
  CHECK(counted(training_plan(gru)) == "copy 7, fused 16, matmul 12, mean_square 1, sum 2");
}

TEST_CASE("a user's LSTM with layer norm takes no more products") {
  CHECK(counted(training_plan(own_norm_cell)) ==
        "copy 1, fused 26, matmul 12, mean_square 1, sum 5");
}

TEST_CASE(
    "each more step of an LSTM costs two products and two fused kernels, and copies nothing") {
  CHECK(counted(training_plan(lstm, 25)) == "copy 1, fused 55, matmul 52, mean_square 1, sum 1");
  CHECK(counted(training_plan(own_cell, 26)) ==
        "copy 1, fused 57, matmul 54, mean_square 1, sum 1");
}

}  // namespace
}  // namespace chronograd::test
