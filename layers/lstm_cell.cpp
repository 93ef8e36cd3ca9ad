#include "chronograd/layers/lstm_cell.h"

#include "chronograd/graph/annotate.h"
#include "chronograd/layers/detail/check.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/matmul.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sigmoid.h"
#include "chronograd/ops/split.h"
#include "chronograd/ops/tanh.h"

namespace chronograd {
namespace {

Parameter kernel(const Scope& scope, const LSTMOptions& options) {
  detail::require_size("LSTM", "input", options.input);
  detail::require_size("LSTM", "hidden", options.hidden);
  return scope.parameter("kernel", {options.input, 4 * options.hidden}, options.kernel_initializer);
}

}  // namespace

LSTMCell::LSTMCell(const Scope& scope, const LSTMOptions& options)
    : scope_(scope.path()),
      hidden_(options.hidden),
      w_(kernel(scope, options)),
      u_(scope.parameter("recurrent", {hidden_, 4 * hidden_}, options.recurrent_initializer)),
      b_(scope.parameter("bias", {4 * hidden_}, options.bias_initializer)) {}

LSTMState LSTMCell::zero_state(std::int64_t batch) const {
  const Tensor zero = zeros({batch, hidden_}, w_.dtype());
  return {.h = zero, .c = zero};
}

LSTMState LSTMCell::step(const Tensor& x, const LSTMState& state) const {
  const InScope scope{scope_};
  const auto [i, f, g, o] = split(matmul(x, w_) + matmul(state.h, u_) + b_,  //
                                  "input_gate", "forget_gate", "candidate", "output_gate");
  const Tensor c = named("cell", sigmoid(f) * state.c + sigmoid(i) * tanh(g));
  const Tensor h = named("hidden", sigmoid(o) * tanh(c));
  return {.h = h, .c = c};
}

}  // namespace chronograd
