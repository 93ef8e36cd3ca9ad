// W9t: a binary tree-LSTM (Tai et al. 2015), recorded node by node. Each sentence has another tree
// at every step.
#include "layer_options.h"
#include "sentences.h"
#include "training.h"
#include "workload.h"

namespace workloads {
namespace {

using namespace chronograd;

constexpr std::int64_t embedded = 64;
constexpr std::int64_t hidden = 128;

class TreeLSTM {
 public:
  explicit TreeLSTM(const Scope& scope)
      : embedding_(scope / "embedding", embedding_options(words_known, embedded)),
        leaf_w_(scope.parameter("leaf_kernel", {embedded, 3 * hidden}, small())),
        leaf_b_(scope.parameter("leaf_bias", {3 * hidden}, small())),
        node_u_(scope.parameter("node_kernel", {2 * hidden, 5 * hidden}, small())),
        node_b_(scope.parameter("node_bias", {5 * hidden}, small())),
        output_(scope / "output", linear_options(hidden, classes)) {}

  /// The mean over sentences of which neighbours are joined as `draw` falls, until one is left.
  Tensor loss(const std::vector<Sentence>& sentences, Draw& draw) const {
    std::vector<Tensor> roots;
    for (const Sentence& sentence : sentences) {
      std::vector<LSTMState> open = leaves(sentence.words);
      while (open.size() > 1) {
        const auto at = draw.below(static_cast<std::int64_t>(open.size()) - 1);
        const auto left = open.begin() + at;
        *left = join(*left, left[1]);
        open.erase(left + 1);
      }
      roots.push_back(open[0].h);
    }
    return cross_entropy(output_(concat(roots, 0)), labels_of(sentences));
  }

 private:
  static Initializer small() { return init::uniform(-0.08, 0.08); }

  std::vector<LSTMState> leaves(const Tensor& words) const {
    std::vector<LSTMState> leaves;
    for (const Tensor& x : unstack(reshape(embedding_(words), {words.size(), 1, embedded}))) {
      const auto [i, o, g] = split(matmul(x, leaf_w_) + leaf_b_, "input", "output", "candidate");
      const Tensor c = sigmoid(i) * tanh(g);
      leaves.push_back({.h = sigmoid(o) * tanh(c), .c = c});
    }
    return leaves;
  }

  LSTMState join(const LSTMState& left, const LSTMState& right) const {
    const Tensor gates = matmul(concat({left.h, right.h}, -1), node_u_) + node_b_;
    const auto [i, f, e, o, g] =
        split(gates, "input", "forget_left", "forget_right", "output", "candidate");
    const Tensor c = sigmoid(i) * tanh(g) + sigmoid(f) * left.c + sigmoid(e) * right.c;
    return {.h = sigmoid(o) * tanh(c), .c = c};
  }

  Embedding embedding_;
  Parameter leaf_w_;
  Parameter leaf_b_;
  Parameter node_u_;
  Parameter node_b_;
  Linear output_;
};

Step training() {
  Draw draw;
  std::vector<Sentence> sentences = draw_sentences(draw);
  return train<TreeLSTM>([=](const TreeLSTM& model) mutable {
    draw.shuffle(sentences);
    return model.loss(sentences, draw);
  });
}

}  // namespace

std::vector<Workload> trees() {
  return {{"W9t", "64 random binary trees of 5 to 50 leaves, tree-LSTM 128", training}};
}

}  // namespace workloads
