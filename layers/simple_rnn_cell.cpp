#include "chronograd/layers/simple_rnn_cell.h"

#include "chronograd/graph/annotate.h"
#include "chronograd/layers/detail/check.h"

namespace chronograd {
namespace {

GatesOptions gates_of(const SimpleRNNOptions& o) {
  detail::require_size("SimpleRNN", "input", o.input, o.where);
  detail::require_size("SimpleRNN", "hidden", o.hidden, o.where);
  detail::require_positive("SimpleRNN", "norm_epsilon", o.norm_epsilon, o.where);
  return {.input = o.input,
          .hidden = o.hidden,
          .count = 1,
          .bias = o.bias,
          .norm = o.norm,
          .norm_epsilon = o.norm_epsilon,
          .kernel_initializer = o.kernel_initializer,
          .recurrent_initializer = o.recurrent_initializer,
          .bias_initializer = o.bias_initializer,
          .where = o.where};
}

}  // namespace

SimpleRNNCell::SimpleRNNCell(const Scope& scope, const SimpleRNNOptions& o)
    : scope_(scope.path()), activation_(o.activation), gates_(scope, gates_of(o)) {}

SimpleRNNState SimpleRNNCell::step(const Tensor& x, const SimpleRNNState&, const Tensor& h) const {
  const InScope scope{scope_};
  return {.h = named("hidden", activation_(gates_(x, h)))};
}

}  // namespace chronograd
