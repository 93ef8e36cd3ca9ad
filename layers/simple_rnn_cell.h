#pragma once

#include <cstdint>
#include <string>

#include "chronograd/graph/parameter.h"
#include "chronograd/graph/source_line.h"
#include "chronograd/layers/activation.h"
#include "chronograd/layers/gates.h"
#include "chronograd/layers/initializers.h"
#include "chronograd/ops/tanh.h"

namespace chronograd {

struct SimpleRNNOptions {
  std::int64_t input = 0;   ///< size of x; required
  std::int64_t hidden = 0;  ///< size of h; required
  Activation activation = tanh;
  bool bias = true;
  Norm norm = Norm::none;
  double norm_epsilon = 1e-5;
  Initializer kernel_initializer = init::glorot_uniform();
  Initializer recurrent_initializer = init::orthogonal();
  Initializer bias_initializer = init::zeros();
  Here where = {};  ///< where the options are written, for messages; leave it
};

/// h: [batch, hidden].
struct SimpleRNNState {
  Tensor h;
};

/// The plain recurrent network (Elman 1990):
///
///     h' = tanh(x W + h U + b)
///
/// Parameters: "kernel" W [input, hidden], "recurrent" U [hidden, hidden], "bias" b [hidden]; with
/// a norm those of `Gates`. Norm::sum makes it tanh(layer norm(x W + h U + b)).
class SimpleRNNCell {
 public:
  /// Throws ValueError for an option out of range, before it makes any parameter.
  SimpleRNNCell(const Scope& scope, const SimpleRNNOptions& options);
  // clang-format off
  SimpleRNNCell(const Scope&, ...) = delete;  // options: .input, .hidden, .activation, .bias, .norm, .norm_epsilon, .kernel_initializer, .recurrent_initializer, .bias_initializer
  // clang-format on

  std::int64_t hidden() const { return gates_.hidden(); }
  SimpleRNNState zero_state(std::int64_t batch) const { return {.h = gates_.zeros(batch)}; }
  /// x: [batch, input].
  SimpleRNNState step(const Tensor& x, const SimpleRNNState& state) const {
    return step(x, state, state.h);
  }
  /// The same where the product reads another h than is carried: recurrent dropout.
  SimpleRNNState step(const Tensor& x, const SimpleRNNState& state, const Tensor& h) const;

 private:
  std::string scope_;
  Activation activation_;
  Gates gates_;
};

}  // namespace chronograd
