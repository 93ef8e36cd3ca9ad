#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "chronograd/graph/parameter.h"
#include "chronograd/layers/initializers.h"

namespace chronograd {

struct GRUOptions {
  std::int64_t input = 0;   ///< size of x; required
  std::int64_t hidden = 0;  ///< size of h; required
  /// Where the reset gate acts: on h U (as Keras and PyTorch do), or on h before its product with U
  /// (as Cho et al. 2014 write it).
  bool reset_after = true;
  Initializer kernel_initializer = init::glorot_uniform();
  Initializer recurrent_initializer = init::orthogonal();
  Initializer bias_initializer = init::zeros();
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
/// gate, candidate.
class GRUCell {
 public:
  GRUCell(const Scope& scope, const GRUOptions& options);

  std::int64_t hidden() const { return hidden_; }
  GRUState zero_state(std::int64_t batch) const;
  /// x: [batch, input].
  GRUState step(const Tensor& x, const GRUState& state) const;

 private:
  GRUState step_reset_after(const Tensor& xw, const Tensor& h) const;
  GRUState step_reset_before(const Tensor& xw, const Tensor& h) const;

  std::string scope_;
  std::int64_t hidden_;
  bool reset_after_;
  Parameter w_;
  Parameter u_;
  Parameter b_;
  std::optional<Parameter> recurrent_b_;
};

}  // namespace chronograd
