#include "chronograd/layers/simple_rnn_cell.h"

#include <doctest/doctest.h>

#include <cmath>

#include "chronograd/graph/annotate.h"
#include "chronograd/layers/gru.h"
#include "chronograd/layers/linear.h"
#include "chronograd/layers/lstm.h"
#include "chronograd/layers/simple_rnn.h"
#include "chronograd/ops/full.h"
#include "tests/graph/probe.h"
#include "tests/layers/model.h"

namespace chronograd {
namespace {

using namespace test;

TEST_CASE("a step is what the equation says") {
  Draw draw{1};
  Random random{1};
  for (int trial = 0; trial < 4; ++trial) {
    const auto batch = draw.between(1, 4), input = draw.between(1, 5), hidden = draw.between(1, 5);
    const Parameters parameters{random, DType::f64};
    const SimpleRNNCell cell{parameters / "cell", {.input = input, .hidden = hidden}};
    scatter(parameters, draw);
    const Tensor x = draw.tensor({batch, input});
    const Tensor h = draw.tensor({batch, hidden});
    const Matrix w{parameters.at("cell/kernel").value()};
    const Matrix u{parameters.at("cell/recurrent").value()};
    const Matrix b{parameters.at("cell/bias").value()};
    const Matrix xs{x}, hs{h}, found{cell.step(x, {.h = h}).h};
    for (std::int64_t row = 0; row < batch; ++row) {
      for (std::int64_t k = 0; k < hidden; ++k) {
        CHECK(near(found(row, k), std::tanh(dot(xs, row, w, k) + dot(hs, row, u, k) + b(0, k))));
      }
    }
  }
}

TEST_CASE("gradients of two steps match finite differences, with a norm too") {
  Draw draw{2};
  Random random{1};
  for (const Norm norm : {Norm::none, Norm::sum}) {
    const Parameters parameters{random, DType::f64};
    const SimpleRNNCell cell{parameters / "cell", {.input = 2, .hidden = 3, .norm = norm}};
    scatter(parameters, draw);
    check_gradients(
        parameters,
        [&](std::span<const Tensor> x) { return cell.step(x[1], cell.step(x[0], {.h = x[2]})).h; },
        {draw.tensor({2, 2}), draw.tensor({2, 2}), draw.tensor({2, 3})});
  }
}

// Two layers of 20 units over one feature, and ten values put out at every step (Geron, Hands-On
// Machine Learning, chapter 15).
template <class Layer, class Options>
std::int64_t forecaster_weights(const Options& options) {
  Random random{1};
  const Parameters parameters{random};
  const Layer layer{parameters / "rnn", options, {.layers = 2}};
  const Linear head{parameters / "head", {.input = 20, .output = 10}};
  std::int64_t count = 0;
  for (const Parameter& p : parameters.list()) count += p.shape().size();
  return count;
}

TEST_CASE("published forecasters have the published number of weights") {
  CHECK(forecaster_weights<SimpleRNN>(SimpleRNNOptions{.input = 1, .hidden = 20}) == 1470);
  CHECK(forecaster_weights<SimpleRNN>(
            SimpleRNNOptions{.input = 1, .hidden = 20, .norm = Norm::sum}) == 1550);
  CHECK(forecaster_weights<LSTM>(LSTMOptions{.input = 1, .hidden = 20}) == 5250);
  CHECK(forecaster_weights<GRU>(GRUOptions{.input = 1, .hidden = 20}) == 4110);
}

TEST_CASE("the hidden state has its role, and the zero state the model's dtype") {
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const SimpleRNNCell cell{parameters / "cell", {.input = 1, .hidden = 2}};
  CHECK(same_values(cell.zero_state(3).h, full({3, 2}, 0, DType::f64)));
  const Tape tape;
  CHECK(role_of(cell.step(full({1, 1}, 1, DType::f64), cell.zero_state(1)).h) == "hidden");
}

TEST_CASE("sizes that were not given are asked for") {
  Random random{1};
  const Parameters parameters{random};
  CHECK(message_before_place<ValueError>([&] { SimpleRNNCell(parameters / "a", {.hidden = 2}); }) ==
        "SimpleRNN: input = 0; give a size of at least 1");
  CHECK(message_before_place<ValueError>([&] { SimpleRNNCell(parameters / "b", {.input = 2}); }) ==
        "SimpleRNN: hidden = 0; give a size of at least 1");
  CHECK(message_before_place<ValueError>([&] {
          SimpleRNNCell(parameters / "c", {.input = 2, .hidden = 2, .norm_epsilon = -1});
        }) == "SimpleRNN: norm_epsilon = -1.000000; it must be above 0 and finite");
  CHECK(parameters.size() == 0);
}

}  // namespace
}  // namespace chronograd
