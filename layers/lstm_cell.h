#pragma once

#include <cstdint>
#include <string>

#include "chronograd/graph/parameter.h"
#include "chronograd/layers/initializers.h"

namespace chronograd {

struct LSTMOptions {
  std::int64_t input = 0;   ///< size of x; required
  std::int64_t hidden = 0;  ///< size of h and c; required
  Initializer kernel_initializer = init::glorot_uniform();
  Initializer recurrent_initializer = init::orthogonal();
  Initializer bias_initializer = init::forget_gate_one();
};

/// h: what the cell puts out; c: its memory. Both [batch, hidden].
struct LSTMState {
  Tensor h;
  Tensor c;
};

/// Long short-term memory with a forget gate (Hochreiter and Schmidhuber 1997, Gers et al. 2000):
///
///     i, f, g, o = x W + h U + b
///     c' = sigmoid(f) c + sigmoid(i) tanh(g)
///     h' = sigmoid(o) tanh(c')
///
/// Parameters: "kernel" W [input, 4 hidden], "recurrent" U [hidden, 4 hidden], "bias" b [4 hidden];
/// columns in the order input gate, forget gate, candidate, output gate.
class LSTMCell {
 public:
  LSTMCell(const Scope& scope, const LSTMOptions& options);

  std::int64_t hidden() const { return hidden_; }
  LSTMState zero_state(std::int64_t batch) const;
  /// x: [batch, input].
  LSTMState step(const Tensor& x, const LSTMState& state) const;

 private:
  std::string scope_;
  std::int64_t hidden_;
  Parameter w_;
  Parameter u_;
  Parameter b_;
};

}  // namespace chronograd
