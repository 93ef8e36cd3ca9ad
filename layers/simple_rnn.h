#pragma once

#include "chronograd/layers/recurrent.h"
#include "chronograd/layers/simple_rnn_cell.h"

namespace chronograd {

/// Plain recurrent cells over a sequence:
///
///     const SimpleRNN rnn{scope / "rnn", {.input = 1, .hidden = 20}, {.layers = 2}};
///     const auto [outputs, last] = rnn(xs, lengths);
class SimpleRNN : public Recurrent<SimpleRNNCell> {
 public:
  // clang-format off
  SimpleRNN(const Scope&, ...) = delete;  // options: .input, .hidden, .activation, .bias, .norm, .norm_epsilon, .kernel_initializer, .recurrent_initializer, .bias_initializer; .layers, .bidirectional, .backwards, .merge, .dropout, .between, .step
  // clang-format on
  SimpleRNN(const Scope& scope, const SimpleRNNOptions& cell, const RecurrentOptions& options = {})
      : Recurrent(
            [&](const Scope& s, std::int64_t input) {
              SimpleRNNOptions o = cell;
              o.input = input;
              return SimpleRNNCell{s, o};
            },
            scope, cell.input, options) {}
};

}  // namespace chronograd
