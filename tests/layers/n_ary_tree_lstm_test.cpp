#include "chronograd/layers/n_ary_tree_lstm.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

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
  NAryTreeLSTM tree{parameters / "tree", 2, {.input = 2, .hidden = 3}};
  Model() { scatter(parameters, draw); }
};

TEST_CASE("a node of a binary tree is the paper's lines, number by number") {
  Model m;
  const Tensor x = m.draw.tensor({1, 2});
  const LSTMState left{m.draw.tensor({1, 3}), m.draw.tensor({1, 3})};
  const LSTMState right{m.draw.tensor({1, 3}), m.draw.tensor({1, 3})};
  const LSTMState found = m.tree(x, std::vector{left, right});
  const Matrix w{m.parameters.at("tree/kernel").value()};
  const Matrix u{m.parameters.at("tree/recurrent").value()};
  const std::vector<double> b = numbers(m.parameters.at("tree/bias").value());
  const Matrix h{concat({left.h, right.h}, -1)};
  const auto gate = [&](std::int64_t of_x, std::int64_t of_h) {
    return dot(Matrix{x}, 0, w, of_x) + dot(h, 0, u, of_h) + b[static_cast<std::size_t>(of_x)];
  };
  for (std::int64_t k = 0; k < 3; ++k) {
    const double f_left = logistic(gate(k, k));
    const double f_right = logistic(gate(k, 3 + k));
    const double i = logistic(gate(3 + k, 6 + k));
    const double g = std::tanh(gate(6 + k, 9 + k));
    const double o = logistic(gate(9 + k, 12 + k));
    const double c = i * g + f_left * Matrix{left.c}(0, k) + f_right * Matrix{right.c}(0, k);
    CHECK(near(Matrix{found.c}(0, k), c));
    CHECK(near(Matrix{found.h}(0, k), o * std::tanh(c)));
  }
}

TEST_CASE("gradients through a binary tree match finite differences, and its sides differ") {
  Model m;
  const auto run = [&](std::span<const Tensor> x, bool swapped) {
    const LSTMState a = m.tree(x[0], {});
    const LSTMState b = m.tree(x[1], {});
    const LSTMState root =
        swapped ? m.tree(x[2], std::vector{b, a}) : m.tree(x[2], std::vector{a, b});
    return concat({root.h, root.c}, -1);
  };
  const std::vector<Tensor> xs{m.draw.tensor({2, 2}), m.draw.tensor({2, 2}), m.draw.tensor({2, 2})};
  CHECK(!near(run(xs, false), run(xs, true)));
  check_gradients(
      m.parameters, [&](std::span<const Tensor> x) { return run(x, false); }, xs);
}

TEST_CASE("sizes and numbers of children that do not fit are named") {
  Model m;
  const Tensor x = m.draw.tensor({1, 2});
  const LSTMState leaf = m.tree(x, {});
  CHECK(message_before_place<ValueError>([&] { m.tree(x, std::vector{leaf}); }) ==
        "NAryTreeLSTM: 1 children; a node has 2, and a leaf none");
  Random random{1};
  const Parameters parameters{random};
  CHECK(message_before_place<ValueError>([&] {
          NAryTreeLSTM(parameters / "t", 0, {.input = 2, .hidden = 2});
        }) == "NAryTreeLSTM: children = 0; give a size of at least 1");
  CHECK_THROWS_AS(NAryTreeLSTM(parameters / "t", 2, {.input = 2}), ValueError);
  CHECK(parameters.size() == 0);
}

}  // namespace
}  // namespace chronograd
