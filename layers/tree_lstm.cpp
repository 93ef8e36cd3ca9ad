#include "chronograd/layers/tree_lstm.h"

#include "chronograd/graph/annotate.h"
#include "chronograd/layers/detail/check.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/slice.h"
#include "chronograd/ops/split.h"

namespace chronograd {
namespace {

GatesOptions gates_of(const TreeLSTMOptions& o) {
  detail::require_size("ChildSumTreeLSTM", "input", o.input, o.where);
  detail::require_size("ChildSumTreeLSTM", "hidden", o.hidden, o.where);
  return {.input = o.input,
          .hidden = o.hidden,
          .count = 4,
          .kernel_initializer = o.kernel_initializer,
          .recurrent_initializer = o.recurrent_initializer,
          .bias_initializer = o.bias_initializer,
          .where = o.where};
}

}  // namespace

ChildSumTreeLSTM::ChildSumTreeLSTM(const Scope& scope, const TreeLSTMOptions& options)
    : scope_(scope.path()), gates_(scope, gates_of(options)) {}

LSTMState ChildSumTreeLSTM::operator()(const Tensor& x, std::span<const LSTMState> children,
                                       const char* file, unsigned line) const {
  const CalledFrom caller{{file, line}};
  const InScope scope{scope_};
  const std::int64_t hidden = gates_.hidden();
  const Tensor of_x = gates_.of_x(x);
  const Tensor of_x_for_forget = slice(of_x, -1, 0, hidden);
  Tensor sums = slice(of_x, -1, hidden, 4 * hidden);
  if (!children.empty()) {
    Tensor h = children[0].h;
    for (const LSTMState& child : children.subspan(1)) h = h + child.h;
    sums = sums + gates_.of_h(h, 1, 3);
  }
  const auto [i, g, o] = split(sums, "input_gate", "candidate", "output_gate");
  Tensor c = sigmoid(i) * tanh(g);
  for (const LSTMState& child : children) {
    const Tensor f = named("forget_gate", of_x_for_forget + gates_.of_h(child.h, 0, 1));
    c = c + sigmoid(f) * child.c;
  }
  c = named("cell", c);
  return {.h = named("hidden", sigmoid(o) * tanh(c)), .c = c};
}

}  // namespace chronograd
