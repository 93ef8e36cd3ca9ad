#pragma once

#include "chronograd/layers/gru_cell.h"
#include "chronograd/layers/recurrent.h"

namespace chronograd {

/// GRU cells over a sequence:
///
///     const GRU gru{scope / "encoder", {.input = 28, .hidden = 64}, {.bidirectional = true}};
///     const auto [outputs, last] = gru(xs, lengths);
class GRU : public Recurrent<GRUCell> {
 public:
  // clang-format off
  GRU(const Scope&, ...) = delete;  // options: .input, .hidden, .reset_after, .activation, .gate_activation, .bias, .norm, .norm_epsilon, .kernel_initializer, .recurrent_initializer, .bias_initializer; .layers, .bidirectional, .backwards, .merge, .dropout, .between, .step
  // clang-format on
  GRU(const Scope& scope, const GRUOptions& cell, const RecurrentOptions& options = {})
      : Recurrent(
            [&](const Scope& s, std::int64_t input) {
              GRUOptions o = cell;
              o.input = input;
              return GRUCell{s, o};
            },
            scope, cell.input, options) {}
};

}  // namespace chronograd
