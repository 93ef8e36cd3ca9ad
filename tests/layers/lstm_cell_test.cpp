#include "chronograd/layers/lstm_cell.h"

#include <doctest/doctest.h>

#include <cmath>

#include "chronograd/graph/annotate.h"
#include "chronograd/ops/concat.h"
#include "chronograd/ops/full.h"
#include "tests/graph/probe.h"
#include "tests/layers/model.h"

namespace chronograd {
namespace {

using namespace test;

TEST_CASE("a step is what the equations say") {
  Draw draw{1};
  Random random{1};
  for (int trial = 0; trial < 5; ++trial) {
    const auto batch = draw.between(1, 4), input = draw.between(1, 5), hidden = draw.between(1, 5);
    const Parameters parameters{random, DType::f64};
    const LSTMCell cell{parameters / "cell", {.input = input, .hidden = hidden}};
    scatter(parameters, draw);
    const Tensor x = draw.tensor({batch, input});
    const LSTMState old{.h = draw.tensor({batch, hidden}), .c = draw.tensor({batch, hidden})};
    const LSTMState next = cell.step(x, old);
    REQUIRE(next.h.shape() == Shape{batch, hidden});
    REQUIRE(next.c.shape() == Shape{batch, hidden});

    const Matrix w{parameters.at("cell/kernel").value()};
    const Matrix u{parameters.at("cell/recurrent").value()};
    const Matrix b{parameters.at("cell/bias").value()};
    const Matrix xs{x}, hs{old.h}, cs{old.c}, new_h{next.h}, new_c{next.c};
    for (std::int64_t row = 0; row < batch; ++row) {
      for (std::int64_t k = 0; k < hidden; ++k) {
        const auto gate = [&](std::int64_t number) {
          const std::int64_t column = number * hidden + k;
          return dot(xs, row, w, column) + dot(hs, row, u, column) + b(0, column);
        };
        const double c = logistic(gate(1)) * cs(row, k) + logistic(gate(0)) * std::tanh(gate(2));
        CHECK(near(new_c(row, k), c));
        CHECK(near(new_h(row, k), logistic(gate(3)) * std::tanh(c)));
      }
    }
  }
}

TEST_CASE("gradients of two steps match finite differences") {
  Draw draw{2};
  Random random{1};
  for (int trial = 0; trial < 3; ++trial) {
    const auto batch = draw.between(1, 3), input = draw.between(1, 3), hidden = draw.between(1, 3);
    const Parameters parameters{random, DType::f64};
    const LSTMCell cell{parameters / "cell", {.input = input, .hidden = hidden}};
    scatter(parameters, draw);
    check_gradients(parameters,
                    [&](std::span<const Tensor> x) {
                      LSTMState state{.h = x[2], .c = x[3]};
                      for (const int t : {0, 1})
                        state = cell.step(x[static_cast<std::size_t>(t)], state);
                      return concat({state.h, state.c}, -1);
                    },
                    {draw.tensor({batch, input}), draw.tensor({batch, input}),
                     draw.tensor({batch, hidden}), draw.tensor({batch, hidden})});
  }
}

TEST_CASE("a new cell remembers: only the forget gate has a bias") {
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const LSTMCell cell{parameters / "cell", {.input = 3, .hidden = 2}};
  CHECK(cell.hidden() == 2);
  CHECK(parameters.size() == 3);
  CHECK(parameters.at("cell/kernel").shape() == Shape{3, 8});
  CHECK(parameters.at("cell/recurrent").shape() == Shape{2, 8});
  CHECK(numbers(parameters.at("cell/bias").value()) == std::vector<double>{0, 0, 1, 1, 0, 0, 0, 0});
}

TEST_CASE("the zero state is zero and of the model's dtype") {
  Random random{1};
  for (const DType dtype : {DType::f32, DType::f64}) {
    const Parameters parameters{random, dtype};
    const LSTMState zero = LSTMCell{parameters / "cell", {.input = 1, .hidden = 2}}.zero_state(3);
    CHECK(same_values(zero.h, full({3, 2}, 0, dtype)));
    CHECK(same_values(zero.c, full({3, 2}, 0, dtype)));
  }
}

TEST_CASE("gates, cell and hidden state stand in the recording under the cell's scope") {
  Random random{1};
  const Parameters parameters{random};
  const LSTMCell cell{parameters / "model" / "cell", {.input = 1, .hidden = 2}};
  const Tape tape;
  const LSTMState next = cell.step(full({1, 1}, 1), cell.zero_state(1));
  CHECK(role_of(next.c) == "cell");
  CHECK(role_of(next.h) == "hidden");
  int gates = 0;
  const RecordingView recording = tape.recording();
  for (OutputId output = 0; output < recording.outputs(); ++output) {
    for (const char* gate : {"input_gate", "forget_gate", "candidate", "output_gate"}) {
      if (recording.role(output) != gate) continue;
      ++gates;
      CHECK(recording[recording.node_of(output)].scope() == "model/cell");
    }
  }
  CHECK(gates == 8);  // as cut from the product, and as activated
}

TEST_CASE("sizes that were not given are asked for") {
  Random random{1};
  const Parameters parameters{random};
  CHECK(message_of<ValueError>([&] { LSTMCell(parameters / "a", {.hidden = 2}); }) ==
        "LSTM: input = 0; give a size of at least 1");
  CHECK(message_of<ValueError>([&] { LSTMCell(parameters / "b", {.input = 2}); }) ==
        "LSTM: hidden = 0; give a size of at least 1");
  CHECK(message_of<ValueError>([&] { LSTMCell(parameters / "c", {.input = 2, .hidden = -4}); }) ==
        "LSTM: hidden = -4; give a size of at least 1");
  CHECK(parameters.size() == 0);
  const LSTMCell cell{parameters / "d", {.input = 2, .hidden = 3}};
  CHECK_THROWS_AS(cell.step(full({1, 5}, 1), cell.zero_state(1)), ShapeError);
}

}  // namespace
}  // namespace chronograd
