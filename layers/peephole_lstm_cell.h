#pragma once

#include <cstdint>
#include <string>

#include "chronograd/graph/source_line.h"
#include "chronograd/layers/lstm_cell.h"

namespace chronograd {

struct PeepholeLSTMOptions {
  std::int64_t input = 0;   ///< size of x; required
  std::int64_t hidden = 0;  ///< size of h and c; required
  Activation activation = tanh;
  Activation gate_activation = sigmoid;
  std::optional<double> forget_bias = 1;  ///< first bias of the forget gate; {}: as the others
  Norm norm = Norm::none;
  double norm_epsilon = 1e-5;
  Initializer kernel_initializer = init::glorot_uniform();
  Initializer recurrent_initializer = init::orthogonal();
  Initializer bias_initializer = init::zeros();
  Initializer peephole_initializer = init::zeros();
  Here where = {};  ///< where the options are written, for messages; leave it
};

/// An LSTM whose gates see the memory (Gers, Schraudolph and Schmidhuber 2002):
///
///     i, f, g, o = x W + h U + b
///     c' = sigmoid(f + p_f c) c + sigmoid(i + p_i c) tanh(g)
///     h' = sigmoid(o + p_o c') tanh(c')
///
/// Parameters: those of LSTMCell, and "peephole" p [3, hidden], rows in the order input gate,
/// forget gate, output gate. Throws ValueError for an option out of range, before it makes any.
class PeepholeLSTMCell {
 public:
  PeepholeLSTMCell(const Scope& scope, const PeepholeLSTMOptions& options);
  // clang-format off
  PeepholeLSTMCell(const Scope&, ...) = delete;  // options: .input, .hidden, .activation, .gate_activation, .forget_bias, .norm, .norm_epsilon, .kernel_initializer, .recurrent_initializer, .bias_initializer, .peephole_initializer
  // clang-format on

  std::int64_t hidden() const { return gates_.hidden(); }
  LSTMState zero_state(std::int64_t batch) const;
  /// x: [batch, input].
  LSTMState step(const Tensor& x, const LSTMState& state) const { return step(x, state, state.h); }
  /// The same where the products read another h than is carried: recurrent dropout.
  LSTMState step(const Tensor& x, const LSTMState& state, const Tensor& h) const;

 private:
  std::string scope_;
  Activation activation_;
  Activation gate_activation_;
  Gates gates_;
  Parameter peephole_;
};

}  // namespace chronograd
