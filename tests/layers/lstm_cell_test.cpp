#include "chronograd/layers/lstm_cell.h"

#include <doctest/doctest.h>

#include <cmath>

#include "chronograd/graph/annotate.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/clamp.h"
#include "chronograd/ops/concat.h"
#include "chronograd/ops/div.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/hard_sigmoid.h"
#include "chronograd/ops/matmul.h"
#include "chronograd/ops/mean.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/relu.h"
#include "chronograd/ops/split.h"
#include "chronograd/ops/sqrt.h"
#include "chronograd/ops/square.h"
#include "chronograd/ops/sub.h"
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

/// A cell with options and what its equations give, written out of ops.
struct WithOptions {
  explicit WithOptions(const LSTMOptions& o) : options(o), cell{parameters / "cell", o} {
    scatter(parameters, draw);
    x = draw.tensor({3, o.input});
    old = {.h = draw.tensor({3, o.projection > 0 ? o.projection : o.hidden}, -1, 1),
           .c = draw.tensor({3, o.hidden}, -1, 1)};
  }
  Tensor at(const char* path) const { return parameters.at(std::string("cell/") + path).value(); }

  LSTMState expected() const {
    Tensor sum = matmul(x, at("kernel")) + matmul(old.h, at("recurrent"));
    if (options.bias) sum = sum + at("bias");
    const std::vector<Tensor> gates = split(sum, 4);
    const Activation gate = options.gate_activation;
    Tensor c = gate(gates[1]) * old.c + gate(gates[0]) * options.activation(gates[2]);
    if (options.clip_cell > 0) c = clamp(c, -options.clip_cell, options.clip_cell);
    Tensor put_out = c;
    if (options.norm_cell) {
      const Tensor centred = c - mean(c, -1, true);
      put_out = at("norm_cell/gain") * centred / sqrt(mean(square(centred), -1, true) + 1e-5) +
                at("norm_cell/bias");
    }
    Tensor h = gate(gates[3]) * options.activation(put_out);
    if (options.projection > 0) h = matmul(h, at("projection"));
    return {.h = h, .c = c};
  }

  LSTMOptions options;
  Random random{1};
  Draw draw{5};
  Parameters parameters{random, DType::f64};
  LSTMCell cell;
  Tensor x;
  LSTMState old;
};

std::vector<LSTMOptions> options_alone_and_together() {
  const Activation hard = [](Operand x) { return hard_sigmoid(x); };
  return {{.input = 2, .hidden = 3, .activation = relu},
          {.input = 2, .hidden = 3, .gate_activation = hard},
          {.input = 2, .hidden = 3, .bias = false},
          {.input = 2, .hidden = 3, .projection = 2},
          {.input = 2, .hidden = 3, .norm_cell = true},
          {.input = 2, .hidden = 3, .clip_cell = 0.25},
          {.input = 2,
           .hidden = 3,
           .gate_activation = hard,
           .bias = false,
           .projection = 2,
           .norm_cell = true,
           .clip_cell = 0.9}};
}

TEST_CASE("each option does what it says, alone and together with the others") {
  for (const LSTMOptions& o : options_alone_and_together()) {
    const WithOptions m{o};
    const LSTMState found = m.cell.step(m.x, m.old);
    const LSTMState expected = m.expected();
    CHECK(near(found.h, expected.h, 1e-10));
    CHECK(near(found.c, expected.c, 1e-10));
    CHECK(m.cell.zero_state(3).h.shape() == m.old.h.shape());
    CHECK(m.cell.zero_state(3).c.shape() == m.old.c.shape());
  }
}

TEST_CASE("gradients with options match finite differences") {
  for (const LSTMOptions& o :
       {LSTMOptions{.input = 2, .hidden = 3, .projection = 2, .norm_cell = true},
        LSTMOptions{.input = 2, .hidden = 3, .norm = Norm::products, .norm_cell = true},
        LSTMOptions{.input = 2, .hidden = 3, .norm = Norm::sum}}) {
    const WithOptions m{o};
    check_gradients(m.parameters,
                    [&](std::span<const Tensor> x) {
                      const LSTMState next = m.cell.step(x[0], {.h = x[1], .c = x[2]});
                      return concat({next.h, next.c}, -1);
                    },
                    {m.x, m.old.h, m.old.c});
  }
}

TEST_CASE("products may read another h than is carried") {
  const WithOptions m{{.input = 2, .hidden = 3}};
  const LSTMState a = m.cell.step(m.x, {.h = zeros({3, 3}, DType::f64), .c = m.old.c}, m.old.h);
  CHECK(same_values(a.h, m.cell.step(m.x, m.old).h));
}

TEST_CASE("the forget gate's first bias can be chosen, and a layer without one has none") {
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const LSTMCell two{parameters / "two", {.input = 1, .hidden = 1, .forget_bias = 2}};
  const LSTMCell as_others{
      parameters / "others",
      {.input = 1, .hidden = 1, .forget_bias = {}, .bias_initializer = init::constant(7)}};
  const LSTMCell none{parameters / "none", {.input = 1, .hidden = 1, .bias = false}};
  const LSTMCell each{parameters / "each",
                      {.input = 1,
                       .hidden = 2,
                       .bias_initializer = init::blocks({init::constant(3), init::constant(4),
                                                         init::constant(5), init::constant(6)})}};
  CHECK(numbers(parameters.at("each/bias").value()) == std::vector<double>{3, 3, 1, 1, 5, 5, 6, 6});
  CHECK(numbers(parameters.at("two/bias").value()) == std::vector<double>{0, 2, 0, 0});
  CHECK(numbers(parameters.at("others/bias").value()) == std::vector<double>{7, 7, 7, 7});
  CHECK(!parameters.contains("none/bias"));
}

TEST_CASE("options out of range are refused before any parameter is made") {
  Random random{1};
  const Parameters parameters{random};
  CHECK(message_before_place<ValueError>([&] {
          LSTMCell(parameters / "a", {.input = 1, .hidden = 1, .projection = -2});
        }) == "LSTM: projection = -2; give a size of at least 1");
  CHECK(message_before_place<ValueError>([&] {
          LSTMCell(parameters / "b", {.input = 1, .hidden = 1, .clip_cell = -0.5});
        }) == "LSTM: clip_cell = -0.500000; it must be above 0 and finite");
  CHECK(message_before_place<ValueError>([&] {
          LSTMCell(parameters / "c", {.input = 1, .hidden = 1, .norm_epsilon = 0});
        }) == "LSTM: norm_epsilon = 0.000000; it must be above 0 and finite");
  CHECK(parameters.size() == 0);
}

TEST_CASE("sizes that were not given are asked for") {
  Random random{1};
  const Parameters parameters{random};
  CHECK(message_before_place<ValueError>([&] { LSTMCell(parameters / "a", {.hidden = 2}); }) ==
        "LSTM: input = 0; give a size of at least 1");
  CHECK(message_before_place<ValueError>([&] { LSTMCell(parameters / "b", {.input = 2}); }) ==
        "LSTM: hidden = 0; give a size of at least 1");
  CHECK(message_before_place<ValueError>([&] {
          LSTMCell(parameters / "c", {.input = 2, .hidden = -4});
        }) == "LSTM: hidden = -4; give a size of at least 1");
  CHECK(parameters.size() == 0);
  const LSTMCell cell{parameters / "d", {.input = 2, .hidden = 3}};
  CHECK_THROWS_AS(cell.step(full({1, 5}, 1), cell.zero_state(1)), ShapeError);
}

}  // namespace
}  // namespace chronograd
