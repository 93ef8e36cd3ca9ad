#include "chronograd/layers/gru_cell.h"

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/layers/detail/check.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/split.h"
#include "chronograd/ops/sub.h"

namespace chronograd {
namespace {

GatesOptions gates_of(const GRUOptions& o) {
  detail::require_size("GRU", "input", o.input, o.where);
  detail::require_size("GRU", "hidden", o.hidden, o.where);
  detail::require_positive("GRU", "norm_epsilon", o.norm_epsilon, o.where);
  if (o.norm == Norm::sum || o.norm == Norm::rms_sum) {
    throw ValueError(
        "GRU: a norm of the sum; its candidate is no plain sum of products, so that only "
        "Norm::products or Norm::rms_products can be had" +
        where_text(o.where));
  }
  return {.input = o.input,
          .hidden = o.hidden,
          .count = 3,
          .bias = o.bias,
          .recurrent_bias = o.bias && o.reset_after,
          .norm = o.norm,
          .norm_epsilon = o.norm_epsilon,
          .kernel_initializer = o.kernel_initializer,
          .recurrent_initializer = o.recurrent_initializer,
          .bias_initializer = o.bias_initializer,
          .where = o.where};
}

}  // namespace

GRUCell::GRUCell(const Scope& scope, const GRUOptions& o)
    : scope_(scope.path()),
      reset_after_(o.reset_after),
      activation_(o.activation),
      gate_activation_(o.gate_activation),
      gates_(scope, gates_of(o)) {}

GRUState GRUCell::step(const Tensor& x, const GRUState& state, const Tensor& h) const {
  const InScope scope{scope_};
  const auto [z, n] = reset_after_ ? reset_after(x, h) : reset_before(x, h);
  return {.h = named("hidden", z * state.h + (1 - z) * n)};
}

GRUCell::UpdateAndCandidate GRUCell::reset_after(const Tensor& x, const Tensor& h) const {
  const auto [xr, xz, xn] = split(gates_.of_x(x), "reset_gate", "update_gate", "candidate");
  const auto [hr, hz, hn] = split(gates_.of_h(h), "reset_gate", "update_gate", "candidate");
  const Tensor r = gate_activation_(xr + hr);
  return {.z = gate_activation_(xz + hz), .n = activation_(xn + r * hn)};
}

GRUCell::UpdateAndCandidate GRUCell::reset_before(const Tensor& x, const Tensor& h) const {
  const auto [xr, xz, xn] = split(gates_.of_x(x), "reset_gate", "update_gate", "candidate");
  const auto [hr, hz] = split(gates_.of_h(h, 0, 2), "reset_gate", "update_gate");
  const Tensor r = gate_activation_(xr + hr);
  return {.z = gate_activation_(xz + hz), .n = activation_(xn + gates_.of_h(r * h, 2, 1))};
}

}  // namespace chronograd
