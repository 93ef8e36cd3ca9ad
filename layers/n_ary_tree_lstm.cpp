#include "chronograd/layers/n_ary_tree_lstm.h"

#include <cstddef>
#include <vector>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/layers/detail/check.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/concat.h"
#include "chronograd/ops/matmul.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/split.h"

namespace chronograd {
namespace {

std::int64_t checked(std::int64_t children, const TreeLSTMOptions& o) {
  detail::require_size("NAryTreeLSTM", "children", children, o.where);
  detail::require_size("NAryTreeLSTM", "input", o.input, o.where);
  detail::require_size("NAryTreeLSTM", "hidden", o.hidden, o.where);
  return children;
}

}  // namespace

NAryTreeLSTM::NAryTreeLSTM(const Scope& scope, std::int64_t children, const TreeLSTMOptions& o)
    : scope_(scope.path()),
      children_(checked(children, o)),
      kernel_(scope.parameter("kernel", {o.input, 4 * o.hidden}, o.kernel_initializer)),
      recurrent_(scope.parameter("recurrent", {children * o.hidden, (children + 3) * o.hidden},
                                 o.recurrent_initializer)),
      bias_(scope.parameter("bias", {4 * o.hidden}, o.bias_initializer)) {}

LSTMState NAryTreeLSTM::operator()(const Tensor& x, std::span<const LSTMState> children,
                                   const char* file, unsigned line) const {
  const CalledFrom caller{{file, line}};
  const InScope scope{scope_};
  const auto count = static_cast<std::int64_t>(children.size());
  if (count != 0 && count != children_) {
    throw ValueError("NAryTreeLSTM: " + std::to_string(count) + " children; a node has " +
                     std::to_string(children_) + ", and a leaf none" + where_text({}));
  }
  auto [f, i, g, o] =
      split(matmul(x, kernel_) + bias_, "forget_gate", "input_gate", "candidate", "output_gate");
  std::vector<Tensor> of_h;
  if (count > 0) {
    std::vector<Tensor> h;
    for (const LSTMState& child : children) h.push_back(child.h);
    of_h = split(matmul(concat(h, -1), recurrent_), static_cast<int>(count) + 3);
    const auto after = of_h.end() - 3;
    i = i + after[0];
    g = g + after[1];
    o = o + after[2];
  }
  Tensor c = sigmoid(i) * tanh(g);
  for (std::size_t k = 0; k < children.size(); ++k) c = c + sigmoid(f + of_h[k]) * children[k].c;
  c = named("cell", c);
  return {.h = named("hidden", sigmoid(o) * tanh(c)), .c = c};
}

}  // namespace chronograd
