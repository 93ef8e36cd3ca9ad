#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "chronograd/graph/parameter.h"
#include "chronograd/graph/source_line.h"
#include "chronograd/layers/gates.h"
#include "chronograd/layers/initializers.h"
#include "chronograd/layers/lstm_cell.h"

namespace chronograd {

struct TreeLSTMOptions {
  std::int64_t input = 0;   ///< size of x; required
  std::int64_t hidden = 0;  ///< size of h and c; required
  Initializer kernel_initializer = init::glorot_uniform();
  Initializer recurrent_initializer = init::orthogonal();
  Initializer bias_initializer = init::zeros();
  Here where = {};  ///< where the options are written, for messages; leave it
};

/// A node of a tree that reads any number of children, in no order (Tai, Socher and Manning 2015,
/// "child-sum"):
///
///     f_k     = sigmoid(x W_f + h_k U_f + b_f)       for each child k
///     i, g, o = x W + (sum of h_k) U + b
///     c = sigmoid(i) tanh(g) + sum of f_k c_k
///     h = sigmoid(o) tanh(c)
///
/// Parameters: "kernel" [input, 4 hidden], "recurrent" [hidden, 4 hidden], "bias" [4 hidden];
/// columns in the order forget gate, input gate, candidate, output gate. Trees of different forms
/// are batched by the planner when they are recorded node by node.
class ChildSumTreeLSTM {
 public:
  // clang-format off
  ChildSumTreeLSTM(const Scope&, ...) = delete;  // options: .input, .hidden, .kernel_initializer, .recurrent_initializer, .bias_initializer
  // clang-format on
  /// Throws ValueError for a size below 1, before it makes any parameter.
  ChildSumTreeLSTM(const Scope& scope, const TreeLSTMOptions& options);

  /// x: [batch, input]; each child's h and c: [batch, hidden]. A leaf has no children.
  LSTMState operator()(const Tensor& x, std::span<const LSTMState> children,
                       const char* file = __builtin_FILE(), unsigned line = __builtin_LINE()) const;

 private:
  std::string scope_;
  Gates gates_;
};

}  // namespace chronograd
