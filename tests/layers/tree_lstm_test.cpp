#include "chronograd/layers/tree_lstm.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

#include "chronograd/ops/add.h"
#include "chronograd/ops/concat.h"
#include "tests/graph/probe.h"
#include "tests/layers/model.h"

namespace chronograd {
namespace {

using namespace test;

struct Model {
  Draw draw{1};
  Random random{1};
  Parameters parameters{random, DType::f64};
  ChildSumTreeLSTM tree{parameters / "tree", {.input = 2, .hidden = 3}};
  Model() { scatter(parameters, draw); }
};

TEST_CASE("a node with two children is the paper's lines, number by number") {
  Model m;
  const Tensor x = m.draw.tensor({1, 2});
  const LSTMState left{m.draw.tensor({1, 3}), m.draw.tensor({1, 3})};
  const LSTMState right{m.draw.tensor({1, 3}), m.draw.tensor({1, 3})};
  const LSTMState found = m.tree(x, std::vector{left, right});
  const Matrix w{m.parameters.at("tree/kernel").value()};
  const Matrix u{m.parameters.at("tree/recurrent").value()};
  const std::vector<double> b = numbers(m.parameters.at("tree/bias").value());
  const Matrix sum_of_h{left.h + right.h};
  const auto gate = [&](const Matrix& h, std::int64_t column) {
    return dot(Matrix{x}, 0, w, column) + dot(h, 0, u, column) +
           b[static_cast<std::size_t>(column)];
  };
  for (std::int64_t k = 0; k < 3; ++k) {
    const double f_left = logistic(gate(Matrix{left.h}, k));
    const double f_right = logistic(gate(Matrix{right.h}, k));
    const double i = logistic(gate(sum_of_h, 3 + k));
    const double g = std::tanh(gate(sum_of_h, 6 + k));
    const double o = logistic(gate(sum_of_h, 9 + k));
    const double c = i * g + f_left * Matrix{left.c}(0, k) + f_right * Matrix{right.c}(0, k);
    CHECK(near(Matrix{found.c}(0, k), c));
    CHECK(near(Matrix{found.h}(0, k), o * std::tanh(c)));
  }
}

TEST_CASE("gradients through a tree match finite differences, and children have no order") {
  Model m;
  const auto run = [&](std::span<const Tensor> x, bool swapped) {
    const LSTMState a = m.tree(x[0], {});
    const LSTMState b = m.tree(x[1], {});
    const LSTMState middle =
        swapped ? m.tree(x[2], std::vector{b, a}) : m.tree(x[2], std::vector{a, b});
    const LSTMState root = m.tree(x[0], std::vector{middle});
    return concat({root.h, root.c}, -1);
  };
  const std::vector<Tensor> xs{m.draw.tensor({2, 2}), m.draw.tensor({2, 2}), m.draw.tensor({2, 2})};
  CHECK(near(run(xs, false), run(xs, true)));
  check_gradients(
      m.parameters, [&](std::span<const Tensor> x) { return run(x, false); }, xs);
}

TEST_CASE("sizes that are missing are named, before there is any parameter") {
  Random random{1};
  const Parameters parameters{random};
  CHECK(message_before_place<ValueError>([&] {
          ChildSumTreeLSTM(parameters / "t", {.input = 2});
        }) == "ChildSumTreeLSTM: hidden = 0; give a size of at least 1");
  CHECK(message_before_place<ValueError>([&] {
          ChildSumTreeLSTM(parameters / "t", {.hidden = 2});
        }) == "ChildSumTreeLSTM: input = 0; give a size of at least 1");
  CHECK(parameters.size() == 0);
}

}  // namespace
}  // namespace chronograd
