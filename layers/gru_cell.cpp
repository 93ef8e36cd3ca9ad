#include "chronograd/layers/gru_cell.h"

#include "chronograd/graph/annotate.h"
#include "chronograd/layers/detail/check.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/matmul.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sigmoid.h"
#include "chronograd/ops/slice.h"
#include "chronograd/ops/split.h"
#include "chronograd/ops/sub.h"
#include "chronograd/ops/tanh.h"

namespace chronograd {
namespace {

Parameter kernel(const Scope& scope, const GRUOptions& options) {
  detail::require_size("GRU", "input", options.input);
  detail::require_size("GRU", "hidden", options.hidden);
  return scope.parameter("kernel", {options.input, 3 * options.hidden}, options.kernel_initializer);
}

GRUState blend(const Tensor& update, const Tensor& old, const Tensor& candidate) {
  return {.h = named("hidden", update * old + (1 - update) * candidate)};
}

}  // namespace

GRUCell::GRUCell(const Scope& scope, const GRUOptions& options)
    : scope_(scope.path()),
      hidden_(options.hidden),
      reset_after_(options.reset_after),
      w_(kernel(scope, options)),
      u_(scope.parameter("recurrent", {hidden_, 3 * hidden_}, options.recurrent_initializer)),
      b_(scope.parameter("bias", {3 * hidden_}, options.bias_initializer)) {
  if (reset_after_) {
    recurrent_b_ = scope.parameter("recurrent_bias", {3 * hidden_}, options.bias_initializer);
  }
}

GRUState GRUCell::zero_state(std::int64_t batch) const {
  return {.h = zeros({batch, hidden_}, w_.dtype())};
}

GRUState GRUCell::step(const Tensor& x, const GRUState& state) const {
  const InScope scope{scope_};
  const Tensor xw = matmul(x, w_) + b_;
  return reset_after_ ? step_reset_after(xw, state.h) : step_reset_before(xw, state.h);
}

GRUState GRUCell::step_reset_after(const Tensor& xw, const Tensor& h) const {
  const auto [xr, xz, xn] = split(xw, "reset_gate", "update_gate", "candidate");
  const auto [hr, hz, hn] =
      split(matmul(h, u_) + *recurrent_b_, "reset_gate", "update_gate", "candidate");
  const Tensor r = sigmoid(xr + hr);
  const Tensor z = sigmoid(xz + hz);
  const Tensor n = tanh(xn + r * hn);
  return blend(z, h, n);
}

GRUState GRUCell::step_reset_before(const Tensor& xw, const Tensor& h) const {
  const auto [xr, xz, xn] = split(xw, "reset_gate", "update_gate", "candidate");
  const auto [hr, hz] = split(matmul(h, slice(u_, 1, 0, 2 * hidden_)), "reset_gate", "update_gate");
  const Tensor r = sigmoid(xr + hr);
  const Tensor z = sigmoid(xz + hz);
  const Tensor n = tanh(xn + matmul(r * h, slice(u_, 1, 2 * hidden_, 3 * hidden_)));
  return blend(z, h, n);
}

}  // namespace chronograd
