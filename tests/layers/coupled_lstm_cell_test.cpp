#include "chronograd/layers/coupled_lstm_cell.h"

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
    const CoupledLSTMCell cell{parameters / "cell", {.input = input, .hidden = hidden}};
    scatter(parameters, draw);
    const Tensor x = draw.tensor({batch, input});
    const LSTMState old{.h = draw.tensor({batch, hidden}), .c = draw.tensor({batch, hidden})};
    const LSTMState next = cell.step(x, old);

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
        const double f = logistic(gate(0));
        const double c = f * cs(row, k) + (1 - f) * std::tanh(gate(1));
        CHECK(near(new_c(row, k), c));
        CHECK(near(new_h(row, k), logistic(gate(2)) * std::tanh(c)));
      }
    }
  }
}

TEST_CASE("gradients of two steps match finite differences") {
  Draw draw{2};
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const CoupledLSTMCell cell{parameters / "cell", {.input = 2, .hidden = 3}};
  scatter(parameters, draw);
  check_gradients(
      parameters,
      [&](std::span<const Tensor> x) {
        LSTMState state{.h = x[2], .c = x[3]};
        for (const std::size_t t : {0u, 1u}) state = cell.step(x[t], state);
        return concat({state.h, state.c}, -1);
      },
      {draw.tensor({2, 2}), draw.tensor({2, 2}), draw.tensor({2, 3}), draw.tensor({2, 3})});
}

TEST_CASE("products may read another h than is carried") {
  Draw draw{3};
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const CoupledLSTMCell cell{parameters / "cell", {.input = 2, .hidden = 3}};
  scatter(parameters, draw);
  const Tensor x = draw.tensor({2, 2});
  const Tensor read = draw.tensor({2, 3});
  const Tensor c = draw.tensor({2, 3});
  const LSTMState a = cell.step(x, {.h = draw.tensor({2, 3}), .c = c}, read);
  const LSTMState b = cell.step(x, {.h = read, .c = c});
  CHECK(same_values(a.h, b.h));
  CHECK(same_values(a.c, b.c));
}

TEST_CASE("a new cell remembers: only the forget gate has a bias, of the size asked for") {
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const CoupledLSTMCell one{parameters / "one", {.input = 1, .hidden = 1}};
  const CoupledLSTMCell two{parameters / "two", {.input = 1, .hidden = 1, .forget_bias = 2}};
  const CoupledLSTMCell none{
      parameters / "none",
      {.input = 1, .hidden = 1, .forget_bias = {}, .bias_initializer = init::constant(7)}};
  CHECK(numbers(parameters.at("one/bias").value()) == std::vector<double>{1, 0, 0});
  CHECK(numbers(parameters.at("two/bias").value()) == std::vector<double>{2, 0, 0});
  CHECK(numbers(parameters.at("none/bias").value()) == std::vector<double>(3, 7));
  CHECK(one.hidden() == 1);
}

TEST_CASE("memory and hidden state have their roles, and the zero state the model's dtype") {
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const CoupledLSTMCell cell{parameters / "cell", {.input = 1, .hidden = 2}};
  CHECK(same_values(cell.zero_state(3).c, full({3, 2}, 0, DType::f64)));
  const Tape tape;
  const LSTMState next = cell.step(full({1, 1}, 1, DType::f64), cell.zero_state(1));
  CHECK(role_of(next.c) == "cell");
  CHECK(role_of(next.h) == "hidden");
}

TEST_CASE("sizes that were not given are asked for") {
  Random random{1};
  const Parameters parameters{random};
  CHECK(message_before_place<ValueError>([&] {
          CoupledLSTMCell(parameters / "a", {.hidden = 2});
        }) == "CoupledLSTMCell: input = 0; give a size of at least 1");
  CHECK(message_before_place<ValueError>([&] {
          CoupledLSTMCell(parameters / "b", {.input = 2});
        }) == "CoupledLSTMCell: hidden = 0; give a size of at least 1");
  CHECK(message_before_place<ValueError>([&] {
          CoupledLSTMCell(parameters / "c", {.input = 2, .hidden = 1, .norm_epsilon = 0});
        }) == "CoupledLSTMCell: norm_epsilon = 0.000000; it must be above 0 and finite");
  CHECK(parameters.size() == 0);
}

}  // namespace
}  // namespace chronograd
