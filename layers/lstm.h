#pragma once

#include "chronograd/layers/lstm_cell.h"
#include "chronograd/layers/recurrent.h"

namespace chronograd {

/// LSTM cells over a sequence:
///
///     const LSTM lstm{scope / "encoder", {.input = 28, .hidden = 64}, {.bidirectional = true}};
///     const auto [outputs, last] = lstm(xs, lengths);
class LSTM : public Recurrent<LSTMCell> {
 public:
  // clang-format off
  LSTM(const Scope&, ...) = delete;  // options: .input, .hidden, .activation, .gate_activation, .bias, .forget_bias, .projection, .norm, .norm_cell, .norm_epsilon, .clip_cell, .kernel_initializer, .recurrent_initializer, .bias_initializer, .projection_initializer; .layers, .bidirectional, .backwards, .merge, .dropout, .between, .step
  // clang-format on
  LSTM(const Scope& scope, const LSTMOptions& cell, const RecurrentOptions& options = {})
      : Recurrent(
            [&](const Scope& s, std::int64_t input) {
              LSTMOptions o = cell;
              o.input = input;
              return LSTMCell{s, o};
            },
            scope, cell.input, options) {}
};

}  // namespace chronograd
