#include "chronograd/layers/lstm_cell.h"

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/layers/detail/check.h"
#include "chronograd/layers/detail/forget_bias.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/clamp.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/matmul.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/split.h"

namespace chronograd {
namespace {

GatesOptions gates_of(const LSTMOptions& o) {
  detail::require_size("LSTM", "input", o.input, o.where);
  detail::require_size("LSTM", "hidden", o.hidden, o.where);
  if (o.projection != 0) detail::require_size("LSTM", "projection", o.projection, o.where);
  if (o.clip_cell != 0) detail::require_positive("LSTM", "clip_cell", o.clip_cell, o.where);
  detail::require_positive("LSTM", "norm_epsilon", o.norm_epsilon, o.where);
  return {.input = o.input,
          .hidden = o.hidden,
          .state = o.projection,
          .count = 4,
          .bias = o.bias,
          .norm = o.norm,
          .norm_epsilon = o.norm_epsilon,
          .kernel_initializer = o.kernel_initializer,
          .recurrent_initializer = o.recurrent_initializer,
          .bias_initializer = detail::with_forget_bias(o.bias_initializer, o.forget_bias, 1, 4),
          .where = o.where};
}

}  // namespace

LSTMCell::LSTMCell(const Scope& scope, const LSTMOptions& o)
    : scope_(scope.path()),
      activation_(o.activation),
      gate_activation_(o.gate_activation),
      clip_cell_(o.clip_cell),
      gates_(scope, gates_of(o)) {
  if (o.norm_cell) {
    norm_cell_.emplace(scope / "norm_cell",
                       LayerNormOptions{.size = o.hidden, .epsilon = o.norm_epsilon});
  }
  if (o.projection > 0) {
    projection_ = scope.parameter("projection", {o.hidden, o.projection}, o.projection_initializer);
  }
}

LSTMState LSTMCell::zero_state(std::int64_t batch) const {
  return {.h = gates_.zeros(batch), .c = zeros({batch, hidden()}, gates_.dtype())};
}

LSTMState LSTMCell::step(const Tensor& x, const LSTMState& state, const Tensor& read) const {
  const InScope scope{scope_};
  const auto [i, f, g, o] =
      split(gates_(x, read), "input_gate", "forget_gate", "candidate", "output_gate");
  const Tensor c =
      named("cell", clipped(gate_activation_(f) * state.c + gate_activation_(i) * activation_(g)));
  const Tensor h = named("hidden", projected(gate_activation_(o) * put_out(c)));
  return {.h = h, .c = c};
}

Tensor LSTMCell::clipped(const Tensor& c) const {
  return clip_cell_ > 0 ? clamp(c, -clip_cell_, clip_cell_) : c;
}

Tensor LSTMCell::put_out(const Tensor& c) const {
  return activation_(norm_cell_ ? (*norm_cell_)(c) : c);
}

Tensor LSTMCell::projected(const Tensor& h) const {
  return projection_ ? matmul(h, *projection_) : h;
}

}  // namespace chronograd
