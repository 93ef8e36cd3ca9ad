#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "chronograd/graph/parameter.h"
#include "chronograd/graph/source_line.h"
#include "chronograd/layers/activation.h"
#include "chronograd/layers/gates.h"
#include "chronograd/layers/initializers.h"
#include "chronograd/layers/layer_norm.h"
#include "chronograd/ops/sigmoid.h"
#include "chronograd/ops/tanh.h"

namespace chronograd {

struct LSTMOptions {
  std::int64_t input = 0;                ///< size of x; required
  std::int64_t hidden = 0;               ///< size of c, and of h but for a projection; required
  Activation activation = tanh;          ///< of the candidate and of what is put out
  Activation gate_activation = sigmoid;  ///< of the three gates
  bool bias = true;
  std::optional<double> forget_bias = 1;  ///< first bias of the forget gate; {}: as the others
  std::int64_t projection = 0;            ///< size of h (Sak et al. 2014); 0: none, h is as c
  Norm norm = Norm::none;                 ///< in front of the gates
  bool norm_cell = false;                 ///< layer norm on c where it is put out (Ba et al. 2016)
  double norm_epsilon = 1e-5;
  double clip_cell = 0;  ///< c stays within +-clip_cell; 0: it may grow
  Initializer kernel_initializer = init::glorot_uniform();
  Initializer recurrent_initializer = init::orthogonal();
  Initializer bias_initializer = init::zeros();
  Initializer projection_initializer = init::glorot_uniform();
  Here where = {};  ///< where the options are written, for messages; leave it
};

/// h: what the cell puts out, [batch, hidden] or [batch, projection]; c: its memory, [batch,
/// hidden].
struct LSTMState {
  Tensor h;
  Tensor c;
};

/// Long short-term memory with a forget gate (Hochreiter and Schmidhuber 1997, Gers et al. 2000):
///
///     i, f, g, o = x W + h U + b
///     c' = sigmoid(f) c + sigmoid(i) tanh(g)
///     h' = sigmoid(o) tanh(c')               with a projection: (sigmoid(o) tanh(c')) P
///
/// Parameters: "kernel" W [input, 4 hidden], "recurrent" U [h's size, 4 hidden], "bias" b
/// [4 hidden]; columns in the order input gate, forget gate, candidate, output gate. With options
/// "projection" P [hidden, projection], "norm_cell/gain", "norm_cell/bias" [hidden], and those of
/// `Gates`. Throws ValueError for an option out of range, before it makes any.
class LSTMCell {
 public:
  LSTMCell(const Scope& scope, const LSTMOptions& options);
  // clang-format off
  LSTMCell(const Scope&, ...) = delete;  // options: .input, .hidden, .activation, .gate_activation, .bias, .forget_bias, .projection, .norm, .norm_cell, .norm_epsilon, .clip_cell, .kernel_initializer, .recurrent_initializer, .bias_initializer, .projection_initializer
  // clang-format on

  std::int64_t hidden() const { return gates_.hidden(); }
  LSTMState zero_state(std::int64_t batch) const;
  /// x: [batch, input].
  LSTMState step(const Tensor& x, const LSTMState& state) const { return step(x, state, state.h); }
  /// The same where the products read another h than is carried: recurrent dropout.
  LSTMState step(const Tensor& x, const LSTMState& state, const Tensor& h) const;

 private:
  Tensor clipped(const Tensor& c) const;
  Tensor put_out(const Tensor& c) const;
  Tensor projected(const Tensor& h) const;

  std::string scope_;
  Activation activation_;
  Activation gate_activation_;
  double clip_cell_;
  Gates gates_;
  std::optional<LayerNorm> norm_cell_;
  std::optional<Parameter> projection_;
};

}  // namespace chronograd
