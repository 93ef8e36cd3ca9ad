#pragma once

#include <chronograd/chronograd.h>

#include <cmath>
#include <cstdint>

#include "draw.h"

namespace workloads {

/// An LSTM as one writes it oneself, with two products a step.
class OwnCell {
 public:
  using State = chronograd::LSTMState;

  OwnCell(const chronograd::Scope& scope, std::int64_t input, std::int64_t hidden,
          const chronograd::Initializer& initializer)
      : hidden_(hidden),
        w_(scope.parameter("kernel", {input, 4 * hidden}, initializer)),
        u_(scope.parameter("recurrent", {hidden, 4 * hidden}, initializer)),
        b_(scope.parameter("bias", {4 * hidden}, initializer)) {}

  State zero_state(std::int64_t batch) const {
    const chronograd::Tensor zero = chronograd::zeros({batch, hidden_});
    return {.h = zero, .c = zero};
  }

  State step(const chronograd::Tensor& x, const State& state) const {
    const auto [i, f, g, o] =
        split(matmul(x, w_) + matmul(state.h, u_) + b_, "input", "forget", "candidate", "output");
    const chronograd::Tensor c = sigmoid(f) * state.c + sigmoid(i) * tanh(g);
    return {.h = sigmoid(o) * tanh(c), .c = c};
  }

 private:
  std::int64_t hidden_;
  chronograd::Parameter w_;
  chronograd::Parameter u_;
  chronograd::Parameter b_;
};

/// Weights for an OwnCell from `draw`, as large as other libraries make them.
inline chronograd::Initializer cell_weights(Draw& draw, std::int64_t hidden) {
  return draw.weights(1 / std::sqrt(static_cast<double>(hidden)));
}

}  // namespace workloads
