#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "chronograd/graph/parameter.h"
#include "chronograd/layers/tree_lstm.h"

namespace chronograd {

/// A node of a tree whose children have their places, as the left and the right one of a binary
/// tree (Tai, Socher and Manning 2015, "N-ary"), with h = [h_1, .., h_N] side by side:
///
///     f_k     = sigmoid(x W_f + h U_k + b_f)       for each child k
///     i, g, o = x W + h U + b
///     c = sigmoid(i) tanh(g) + sum of f_k c_k
///     h = sigmoid(o) tanh(c)
///
/// Parameters: "kernel" [input, 4 hidden] and "bias" [4 hidden], columns in the order forget gate,
/// input gate, candidate, output gate; "recurrent" [N hidden, (N + 3) hidden], a forget gate for
/// each child first.
class NAryTreeLSTM {
 public:
  /// Throws ValueError for a size or number of children below 1, before it makes any parameter.
  NAryTreeLSTM(const Scope& scope, std::int64_t children, const TreeLSTMOptions& options);

  /// x: [batch, input]; each child's h and c: [batch, hidden]. A leaf has no children; any other
  /// node has N of them, else ValueError is thrown.
  LSTMState operator()(const Tensor& x, std::span<const LSTMState> children,
                       const char* file = __builtin_FILE(), unsigned line = __builtin_LINE()) const;

 private:
  std::string scope_;
  std::int64_t children_;
  Parameter kernel_;
  Parameter recurrent_;
  Parameter bias_;
};

}  // namespace chronograd
