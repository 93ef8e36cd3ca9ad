// W7: cells that no library has.
#include "own_cell.h"

#include "sequences.h"
#include "training.h"
#include "workload.h"

namespace workloads {
namespace {

using namespace chronograd;

Tensor standardise(const Tensor& x) {
  const Tensor centred = x - mean(x, -1, true);
  return centred / sqrt(mean(square(centred), -1, true) + 1e-5);
}

/// An OwnCell with layer norm on both products and on the memory (Ba et al. 2016).
class OwnNormCell {
 public:
  using State = LSTMState;

  OwnNormCell(const Scope& scope, std::int64_t input, std::int64_t hidden,
              const Initializer& initializer)
      : hidden_(hidden),
        w_(scope.parameter("kernel", {input, 4 * hidden}, initializer)),
        u_(scope.parameter("recurrent", {hidden, 4 * hidden}, initializer)),
        b_(scope.parameter("bias", {4 * hidden}, initializer)),
        gain_x_(scope.parameter("gain_x", {4 * hidden}, init::ones())),
        gain_h_(scope.parameter("gain_h", {4 * hidden}, init::ones())),
        gain_c_(scope.parameter("gain_c", {hidden}, init::ones())),
        bias_c_(scope.parameter("bias_c", {hidden}, init::zeros())) {}

  State zero_state(std::int64_t batch) const {
    const Tensor zero = zeros({batch, hidden_});
    return {.h = zero, .c = zero};
  }

  State step(const Tensor& x, const State& state) const {
    const Tensor gates =
        gain_x_ * standardise(matmul(x, w_)) + gain_h_ * standardise(matmul(state.h, u_)) + b_;
    const auto [i, f, g, o] = split(gates, "input", "forget", "candidate", "output");
    const Tensor c = sigmoid(f) * state.c + sigmoid(i) * tanh(g);
    return {.h = sigmoid(o) * tanh(gain_c_ * standardise(c) + bias_c_), .c = c};
  }

 private:
  std::int64_t hidden_;
  Parameter w_;
  Parameter u_;
  Parameter b_;
  Parameter gain_x_;
  Parameter gain_h_;
  Parameter gain_c_;
  Parameter bias_c_;
};

enum class Change { names, order, one_op_more };

/// An OwnCell with a change that should not change its time.
template <Change change>
class ChangedCell {
 public:
  using State = LSTMState;

  ChangedCell(const Scope& scope, std::int64_t input, std::int64_t hidden,
              const Initializer& initializer)
      : hidden_(hidden),
        w_(scope.parameter("kernel", {input, 4 * hidden}, initializer)),
        u_(scope.parameter("recurrent", {hidden, 4 * hidden}, initializer)),
        b_(scope.parameter("bias", {4 * hidden}, initializer)) {}

  State zero_state(std::int64_t batch) const {
    const Tensor zero = zeros({batch, hidden_});
    return {.h = zero, .c = zero};
  }

  State step(const Tensor& x, const State& state) const {
    const Tensor gates = matmul(x, w_) + matmul(state.h, u_) + b_;
    if constexpr (change == Change::names) {
      const auto [i, f, g, o] = split(gates, "write", "keep", "news", "show");
      return next(sigmoid(i), sigmoid(f), g, o, state.c);
    } else if constexpr (change == Change::order) {
      const auto [o, g, i, f] = split(gates, "output", "candidate", "input", "forget");
      return next(sigmoid(i), sigmoid(f), g, o, state.c);
    } else {
      const auto [i, f, g, o] = split(gates, "input", "forget", "candidate", "output");
      return next(sigmoid(i), sigmoid(f + 1), g, o, state.c);
    }
  }

 private:
  static State next(const Tensor& write, const Tensor& keep, const Tensor& g, const Tensor& o,
                    const Tensor& c) {
    const Tensor memory = keep * c + write * tanh(g);
    return {.h = sigmoid(o) * tanh(memory), .c = memory};
  }

  std::int64_t hidden_;
  Parameter w_;
  Parameter u_;
  Parameter b_;
};

template <class Cell>
Step regression(const Sizes& sizes) {
  Draw draw;
  const Sequences data = draw_sequences(draw, sizes);
  return train<Cell>([=](const Cell& cell) { return mse(unroll(cell, data.xs).outputs, data.ys); },
                     sizes.input, sizes.hidden, cell_weights(draw, sizes.hidden));
}

void add(std::vector<Workload>& all, const std::string& like, const Sizes& sizes) {
  all.push_back({"W7_" + like, "an LSTM cell of one's own, sizes of " + like,
                 [sizes] { return regression<OwnCell>(sizes); }});
  all.push_back({"W7_" + like + "names", "the same with other names for its gates",
                 [sizes] { return regression<ChangedCell<Change::names>>(sizes); }});
  all.push_back({"W7_" + like + "order", "the same with its gates in another order",
                 [sizes] { return regression<ChangedCell<Change::order>>(sizes); }});
  all.push_back({"W7_" + like + "more", "the same with one op more, for the forget gate",
                 [sizes] { return regression<ChangedCell<Change::one_op_more>>(sizes); }});
  all.push_back({"W7_" + like + "ln", "an LSTM cell with layer norm in the gates and on the memory",
                 [sizes] { return regression<OwnNormCell>(sizes); }});
}

}  // namespace

std::vector<Workload> own_cell() {
  std::vector<Workload> all;
  add(all, "W2", {64, 50, 256, 512});
  add(all, "W3a", {1, 50, 32, 64});
  add(all, "W3b", {16, 50, 32, 64});
  return all;
}

}  // namespace workloads
