#pragma once

#include "chronograd/graph/parameter.h"
#include "chronograd/layers/initializers.h"
#include "chronograd/layers/lstm_cell.h"
#include "chronograd/ops.h"

/// Cells as a user writes them.
namespace chronograd::test {

/// The library's LSTM, written again.
class OwnCell {
 public:
  using State = LSTMState;

  OwnCell(const Scope& scope, std::int64_t input, std::int64_t hidden)
      : hidden_(hidden),
        w_(scope.parameter("kernel", {input, 4 * hidden}, init::glorot_uniform())),
        u_(scope.parameter("recurrent", {hidden, 4 * hidden}, init::orthogonal())),
        b_(scope.parameter("bias", {4 * hidden}, init::zeros())) {}

  State zero_state(std::int64_t batch) const {
    const Tensor zero = zeros({batch, hidden_}, w_.dtype());
    return {.h = zero, .c = zero};
  }

  State step(const Tensor& x, const State& state) const {
    const auto [i, f, g, o] =
        split(matmul(x, w_) + matmul(state.h, u_) + b_, "input", "forget", "candidate", "output");
    const Tensor c = sigmoid(f) * state.c + sigmoid(i) * tanh(g);
    return {.h = sigmoid(o) * tanh(c), .c = c};
  }

 private:
  std::int64_t hidden_;
  Parameter w_;
  Parameter u_;
  Parameter b_;
};

inline Tensor standardise(const Tensor& x) {
  const Tensor centred = x - mean(x, -1, true);
  return centred / sqrt(mean(square(centred), -1, true) + 1e-5);
}

/// The same with layer norm on both products and on the memory (Ba et al. 2016).
class OwnNormCell {
 public:
  using State = LSTMState;

  OwnNormCell(const Scope& scope, std::int64_t input, std::int64_t hidden)
      : hidden_(hidden),
        w_(scope.parameter("kernel", {input, 4 * hidden}, init::glorot_uniform())),
        u_(scope.parameter("recurrent", {hidden, 4 * hidden}, init::orthogonal())),
        b_(scope.parameter("bias", {4 * hidden}, init::zeros())),
        gain_x_(scope.parameter("gain_x", {4 * hidden}, init::ones())),
        gain_h_(scope.parameter("gain_h", {4 * hidden}, init::ones())),
        gain_c_(scope.parameter("gain_c", {hidden}, init::ones())),
        bias_c_(scope.parameter("bias_c", {hidden}, init::zeros())) {}

  State zero_state(std::int64_t batch) const {
    const Tensor zero = zeros({batch, hidden_}, w_.dtype());
    return {.h = zero, .c = zero};
  }

  State step(const Tensor& x, const State& state) const {
    // Named, for compilers evaluate the terms of a sum in either order, and plans depend on it.
    const Tensor from_state = gain_h_ * standardise(matmul(state.h, u_));
    const Tensor from_input = gain_x_ * standardise(matmul(x, w_));
    const auto [i, f, g, o] =
        split(from_input + from_state + b_, "input", "forget", "candidate", "output");
    const Tensor c = sigmoid(f) * state.c + sigmoid(i) * tanh(g);
    return {.h = sigmoid(o) * tanh(gain_c_ * standardise(c) + bias_c_), .c = c};
  }

 private:
  std::int64_t hidden_;
  Parameter w_;
  Parameter u_;
  Parameter b_;
  Parameter gain_x_;
  Parameter gain_h_;
  Parameter gain_c_;
  Parameter bias_c_;
};

}  // namespace chronograd::test
