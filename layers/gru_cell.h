#pragma once

#include <cstdint>
#include <string>

#include "chronograd/graph/parameter.h"
#include "chronograd/graph/source_line.h"
#include "chronograd/layers/activation.h"
#include "chronograd/layers/gates.h"
#include "chronograd/layers/initializers.h"
#include "chronograd/ops/sigmoid.h"
#include "chronograd/ops/tanh.h"

namespace chronograd {

struct GRUOptions {
  std::int64_t input = 0;   ///< size of x; required
  std::int64_t hidden = 0;  ///< size of h; required
  /// Where the reset gate acts: on h U (as Keras and PyTorch do), or on h before its product with U
  /// (as Cho et al. 2014 write it).
  bool reset_after = true;
  Activation activation = tanh;          ///< of the candidate
  Activation gate_activation = sigmoid;  ///< of both gates
  bool bias = true;
  Norm norm = Norm::none;  ///< of the products; their sum cannot be normed here
  double norm_epsilon = 1e-5;
  Initializer kernel_initializer = init::glorot_uniform();
  Initializer recurrent_initializer = init::orthogonal();
  Initializer bias_initializer = init::zeros();
  Here where = {};  ///< where the options are written, for messages; leave it
};

/// h: [batch, hidden].
struct GRUState {
  Tensor h;
};

/// Gated recurrent unit (Cho et al. 2014):
///
///     r, z = sigmoid(x W + h U + b + b')
///     n    = tanh(x W + b + r (h U + b')), or with the reset before the product
///            tanh(x W + b + (r h) U)
///     h'   = z h + (1 - z) n
///
/// Parameters: "kernel" W [input, 3 hidden], "recurrent" U [hidden, 3 hidden], "bias" b [3 hidden],
/// and with `reset_after` "recurrent_bias" b' [3 hidden]; columns in the order reset gate, update
/// gate, candidate. With a norm those of `Gates`.
class GRUCell {
 public:
  /// Throws ValueError for an option out of range, before it makes any parameter.
  GRUCell(const Scope& scope, const GRUOptions& options);
  // clang-format off
  GRUCell(const Scope&, ...) = delete;  // options: .input, .hidden, .reset_after, .activation, .gate_activation, .bias, .norm, .norm_epsilon, .kernel_initializer, .recurrent_initializer, .bias_initializer
  // clang-format on

  std::int64_t hidden() const { return gates_.hidden(); }
  GRUState zero_state(std::int64_t batch) const { return {.h = gates_.zeros(batch)}; }
  /// x: [batch, input].
  GRUState step(const Tensor& x, const GRUState& state) const { return step(x, state, state.h); }
  /// The same where the products read another h than is carried: recurrent dropout.
  GRUState step(const Tensor& x, const GRUState& state, const Tensor& h) const;

 private:
  struct UpdateAndCandidate {
    Tensor z;
    Tensor n;
  };
  UpdateAndCandidate reset_after(const Tensor& x, const Tensor& h) const;
  UpdateAndCandidate reset_before(const Tensor& x, const Tensor& h) const;

  std::string scope_;
  bool reset_after_;
  Activation activation_;
  Activation gate_activation_;
  Gates gates_;
};

}  // namespace chronograd
