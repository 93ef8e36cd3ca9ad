#include "chronograd/layers/coupled_lstm_cell.h"

#include "chronograd/graph/annotate.h"
#include "chronograd/layers/detail/check.h"
#include "chronograd/layers/detail/forget_bias.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/split.h"
#include "chronograd/ops/sub.h"

namespace chronograd {
namespace {

GatesOptions gates_of(const CoupledLSTMOptions& o) {
  detail::require_size("CoupledLSTMCell", "input", o.input, o.where);
  detail::require_size("CoupledLSTMCell", "hidden", o.hidden, o.where);
  detail::require_positive("CoupledLSTMCell", "norm_epsilon", o.norm_epsilon, o.where);
  return {.input = o.input,
          .hidden = o.hidden,
          .count = 3,
          .norm = o.norm,
          .norm_epsilon = o.norm_epsilon,
          .kernel_initializer = o.kernel_initializer,
          .recurrent_initializer = o.recurrent_initializer,
          .bias_initializer = detail::with_forget_bias(o.bias_initializer, o.forget_bias, 0, 3),
          .where = o.where};
}

}  // namespace

CoupledLSTMCell::CoupledLSTMCell(const Scope& scope, const CoupledLSTMOptions& o)
    : scope_(scope.path()),
      activation_(o.activation),
      gate_activation_(o.gate_activation),
      gates_(scope, gates_of(o)) {}

LSTMState CoupledLSTMCell::zero_state(std::int64_t batch) const {
  const Tensor zero = gates_.zeros(batch);
  return {.h = zero, .c = zero};
}

LSTMState CoupledLSTMCell::step(const Tensor& x, const LSTMState& state, const Tensor& read) const {
  const InScope scope{scope_};
  const auto [f, g, o] = split(gates_(x, read), "forget_gate", "candidate", "output_gate");
  const Tensor forget = gate_activation_(f);
  const Tensor kept = forget * state.c;
  const Tensor c = named("cell", kept + (1 - forget) * activation_(g));
  const Tensor h = named("hidden", gate_activation_(o) * activation_(c));
  return {.h = h, .c = c};
}

}  // namespace chronograd
