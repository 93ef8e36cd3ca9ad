#include "chronograd/layers/peephole_lstm_cell.h"

#include "chronograd/graph/annotate.h"
#include "chronograd/layers/detail/check.h"
#include "chronograd/layers/detail/forget_bias.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/split.h"
#include "chronograd/ops/unstack.h"

namespace chronograd {
namespace {

GatesOptions gates_of(const PeepholeLSTMOptions& o) {
  detail::require_size("PeepholeLSTMCell", "input", o.input, o.where);
  detail::require_size("PeepholeLSTMCell", "hidden", o.hidden, o.where);
  detail::require_positive("PeepholeLSTMCell", "norm_epsilon", o.norm_epsilon, o.where);
  return {.input = o.input,
          .hidden = o.hidden,
          .count = 4,
          .norm = o.norm,
          .norm_epsilon = o.norm_epsilon,
          .kernel_initializer = o.kernel_initializer,
          .recurrent_initializer = o.recurrent_initializer,
          .bias_initializer = detail::with_forget_bias(o.bias_initializer, o.forget_bias, 1, 4),
          .where = o.where};
}

}  // namespace

PeepholeLSTMCell::PeepholeLSTMCell(const Scope& scope, const PeepholeLSTMOptions& o)
    : scope_(scope.path()),
      activation_(o.activation),
      gate_activation_(o.gate_activation),
      gates_(scope, gates_of(o)),
      peephole_(scope.parameter("peephole", {3, o.hidden}, o.peephole_initializer)) {}

LSTMState PeepholeLSTMCell::zero_state(std::int64_t batch) const {
  const Tensor zero = gates_.zeros(batch);
  return {.h = zero, .c = zero};
}

LSTMState PeepholeLSTMCell::step(const Tensor& x, const LSTMState& state,
                                 const Tensor& read) const {
  const InScope scope{scope_};
  const auto [i, f, g, o] =
      split(gates_(x, read), "input_gate", "forget_gate", "candidate", "output_gate");
  const std::vector<Tensor> p = unstack(peephole_);
  const Tensor kept = gate_activation_(f + p[1] * state.c) * state.c;
  const Tensor c = named("cell", kept + gate_activation_(i + p[0] * state.c) * activation_(g));
  const Tensor h = named("hidden", gate_activation_(o + p[2] * c) * activation_(c));
  return {.h = h, .c = c};
}

}  // namespace chronograd
