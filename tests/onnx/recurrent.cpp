#include <optional>
#include <string>
#include <vector>

#include "chronograd/graph/parameter.h"
#include "chronograd/layers/gru_cell.h"
#include "chronograd/layers/lstm_cell.h"
#include "chronograd/layers/peephole_lstm_cell.h"
#include "chronograd/layers/simple_rnn_cell.h"
#include "chronograd/layers/unroll.h"
#include "chronograd/ops.h"
#include "tests/onnx/operators.h"

// The library's cells with the weights of an ONNX operator. There rows are gates, in an order of
// their own; here columns are.

namespace chronograd::onnx {

namespace {

// Of weights or biases for one direction, [gates * hidden, ..], the gates in another order, as
// columns.
Tensor columns(const Tensor& rows, const std::vector<int>& order) {
  const std::vector<Tensor> gates = split(rows, static_cast<int>(order.size()), 0);
  std::vector<Tensor> ours;
  for (const int gate : order) ours.push_back(gates[static_cast<std::size_t>(gate)]);
  const Tensor y = concat(ours, 0);
  return (y.rank() == 2 ? transpose(y) : y).detach();
}

void load(const Parameters& parameters, const Call& x, const std::vector<int>& order) {
  parameters.at("cell/kernel").set_value(columns(at(x[1], 0), order));
  parameters.at("cell/recurrent").set_value(columns(at(x[2], 0), order));
  if (!x.has(3)) return;
  const std::vector<Tensor> biases = split(at(x[3], 0), 2);  // of x and of h
  parameters.at("cell/bias").set_value(columns(biases[0] + biases[1], order));
}

// What an operator's first input and its states are: time first, without the axis of directions.
struct Sequence {
  Tensor xs, lengths, h, c;
  bool batch_first;

  explicit Sequence(const Call& x) : batch_first(x.integer("layout", 0) != 0) {
    if (x.text("direction", "forward") != "forward") throw Unsupported("another direction");
    xs = batch_first ? transpose(x[0], 0, 1) : x[0];
    if (x.has(4)) lengths = x[4];
    if (x.has(5)) h = at(x[5], 0, batch_first ? 1 : 0);
    if (x.has(6)) c = at(x[6], 0, batch_first ? 1 : 0);
  }
  std::int64_t input() const { return xs.shape()[-1]; }
};

template <class Cell>
Unrolled<StateOf<Cell>> run(const Cell& cell, const Sequence& sequence,
                            const std::optional<StateOf<Cell>>& initial) {
  return unroll(cell, sequence.xs, {.lengths = sequence.lengths, .initial = initial});
}

Results put_out(const Sequence& sequence, const Tensor& outputs, const std::vector<Tensor>& last) {
  std::vector<Tensor> results{reshape(outputs, outputs.shape().inserted(1, 1))};
  if (sequence.batch_first) results[0] = permute(results[0], {2, 0, 1, 3});
  for (const Tensor& state : last) {
    results.push_back(reshape(state, state.shape().inserted(sequence.batch_first ? 1 : 0, 1)));
  }
  return results;
}

Results simple_rnn(const Call& x) {
  const Sequence sequence{x};
  Random random{1};
  const Parameters parameters{random};
  const SimpleRNNCell cell{parameters / "cell",
                           {.input = sequence.input(), .hidden = x.integer("hidden_size", 0)}};
  load(parameters, x, {0});
  std::optional<SimpleRNNState> initial;
  if (sequence.h.has_value()) initial = SimpleRNNState{.h = sequence.h};
  const auto [outputs, last] = run(cell, sequence, initial);
  return put_out(sequence, outputs, {last.h});
}

// The update gate comes first there.
Results gru(const Call& x) {
  if (x.integer("linear_before_reset", 0) != 0) throw Unsupported("GRU with linear_before_reset");
  const Sequence sequence{x};
  Random random{1};
  const Parameters parameters{random};
  const GRUCell cell{
      parameters / "cell",
      {.input = sequence.input(), .hidden = x.integer("hidden_size", 0), .reset_after = false}};
  load(parameters, x, {1, 0, 2});
  std::optional<GRUState> initial;
  if (sequence.h.has_value()) initial = GRUState{.h = sequence.h};
  const auto [outputs, last] = run(cell, sequence, initial);
  return put_out(sequence, outputs, {last.h});
}

template <class Cell>
Results lstm(const Cell& cell, const Sequence& sequence) {
  LSTMState initial = cell.zero_state(sequence.xs.shape()[1]);
  if (sequence.h.has_value()) initial.h = sequence.h;
  if (sequence.c.has_value()) initial.c = sequence.c;
  const auto [outputs, last] = run(cell, sequence, initial);
  return put_out(sequence, outputs, {last.h, last.c});
}

// There the order is input, output and forget gate, candidate.
Results lstm(const Call& x) {
  const std::vector<int> order{0, 2, 3, 1};
  const Sequence sequence{x};
  const std::int64_t hidden = x.integer("hidden_size", 0);
  Random random{1};
  const Parameters parameters{random};
  if (!x.has(7)) {
    const LSTMCell cell{parameters / "cell",
                        {.input = sequence.input(), .hidden = hidden, .forget_bias = {}}};
    load(parameters, x, order);
    return lstm(cell, sequence);
  }
  const PeepholeLSTMCell cell{parameters / "cell",
                              {.input = sequence.input(), .hidden = hidden, .forget_bias = {}}};
  load(parameters, x, order);
  const std::vector<Tensor> peepholes = split(at(x[7], 0), 3);  // of input, output, forget gate
  parameters.at("cell/peephole")
      .set_value(stack({peepholes[0], peepholes[2], peepholes[1]}).detach());
  return lstm(cell, sequence);
}

}  // namespace

Operators recurrent_operators() {
  return {
      {"GRU", gru},
      {"LSTM", [](const Call& x) { return lstm(x); }},
      {"RNN", simple_rnn},
  };
}

}  // namespace chronograd::onnx
