#pragma once

#include <cstdint>
#include <string>

#include "chronograd/graph/source_line.h"
#include "chronograd/layers/lstm_cell.h"

namespace chronograd {

struct CoupledLSTMOptions {
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
  Here where = {};  ///< where the options are written, for messages; leave it
};

/// An LSTM that takes in what it forgets: input and forget gate are coupled (CIFG; Greff et al.
/// 2017):
///
///     f, g, o = x W + h U + b
///     c' = sigmoid(f) c + (1 - sigmoid(f)) tanh(g)
///     h' = sigmoid(o) tanh(c')
///
/// Parameters: "kernel" W [input, 3 hidden], "recurrent" U [hidden, 3 hidden], "bias" b [3 hidden];
/// columns in the order forget gate, candidate, output gate. Throws ValueError for an option out of
/// range, before it makes any.
class CoupledLSTMCell {
 public:
  CoupledLSTMCell(const Scope& scope, const CoupledLSTMOptions& options);
  // clang-format off
  CoupledLSTMCell(const Scope&, ...) = delete;  // options: .input, .hidden, .activation, .gate_activation, .forget_bias, .norm, .norm_epsilon, .kernel_initializer, .recurrent_initializer, .bias_initializer
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
};

}  // namespace chronograd
