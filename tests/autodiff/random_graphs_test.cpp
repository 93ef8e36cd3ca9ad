#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "chronograd/autodiff/check_gradient.h"
#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/sum.h"
#include "tests/autodiff/random_graph.h"
#include "tests/planning.h"
#include "tests/repetitions.h"

namespace chronograd::test {
namespace {

const std::uint64_t graphs = [] {
  const char* some = std::getenv("CHRONOGRAD_TEST_GRAPHS");
  return some != nullptr ? std::strtoull(some, nullptr, 10) : repetitions(10'000u);
}();

TEST_CASE("the gradients of random graphs match finite differences") {
  std::map<std::string, int> covered;
  for (std::uint64_t seed = 0; seed < graphs; ++seed) {
    const RandomGraph graph{seed};
    CAPTURE(seed);
    CAPTURE(graph.text());
    const GradientCheck check =
        check_gradient([&](std::span<const Tensor> inputs) { return graph(inputs); },
                       graph.inputs(), {.relative = 1e-5, .absolute = 1e-7});
    CHECK_MESSAGE(check.passed, check.message);
    for (const std::string& op : graph.ops()) ++covered[op];
  }
  std::string text;
  for (const auto& [op, count] : covered) text += " " + op + " x" + std::to_string(count);
  MESSAGE("covered ", covered.size(), " ops:", text);
  for (const std::string& op : RandomGraph::all_ops()) {
    CAPTURE(op);
    CHECK(covered[op] >= 10);
  }
}

// The gradients with respect to all inputs, bit for bit; `read` is asked at each node.
std::vector<std::vector<double>> gradients(const RandomGraph& graph, std::function<bool()> read) {
  const Tape tape;
  const Tensor y = sum(graph(graph.inputs(), [&](const Tensor& value) {
    if (read()) evaluate(value);
  }));
  if (read()) y.item();
  const std::vector<Tensor> all = gradient(y, graph.inputs());
  std::vector<std::vector<double>> result;
  for (const Tensor& g : all) {
    if (read()) evaluate(g);
  }
  for (const Tensor& g : all) {
    const auto values = g.values<double>();
    result.emplace_back(values.begin(), values.end());
  }
  return result;
}

TEST_CASE("reading values on the way changes no bit of the gradients, node by node") {
  const Planning node_by_node{false};
  for (std::uint64_t seed = 0; seed < graphs; ++seed) {
    CAPTURE(seed);
    const RandomGraph graph{seed};
    RandomStream dice{seed};
    const auto expected = gradients(graph, [] { return false; });
    CHECK(gradients(graph, [] { return true; }) == expected);
    CHECK(gradients(graph, [&] { return dice.below(3) == 0; }) == expected);
  }
}

double largest_difference(const std::vector<std::vector<double>>& as,
                          const std::vector<std::vector<double>>& bs) {
  double largest = 0;
  for (std::size_t k = 0; k < as.size(); ++k) {
    for (std::size_t i = 0; i < as[k].size(); ++i) {
      const double scale = 1 + std::abs(as[k][i]);
      largest = std::max(largest, std::abs(as[k][i] - bs[k][i]) / scale);
    }
  }
  return largest;
}

TEST_CASE("planned gradients are those of node by node, whatever is read on the way") {
  for (std::uint64_t seed = 0; seed < graphs; ++seed) {
    CAPTURE(seed);
    const RandomGraph graph{seed};
    RandomStream dice{seed};
    std::vector<std::vector<double>> expected;
    {
      const Planning node_by_node{false};
      expected = gradients(graph, [] { return false; });
    }
    const auto never = gradients(graph, [] { return false; });
    CHECK(largest_difference(expected, never) < 1e-10);
    CHECK(gradients(graph, [] { return false; }) == never);  // the plan again
    const auto sometimes = gradients(graph, [&] { return dice.below(3) == 0; });
    CHECK(largest_difference(expected, sometimes) < 1e-10);
  }
}

TEST_CASE("without a tape, and forward only, the numbers are the same") {
  for (std::uint64_t seed = 0; seed < graphs; seed += 5) {
    CAPTURE(seed);
    const RandomGraph graph{seed};
    const Tensor at_once = graph(graph.inputs());
    CHECK(at_once.computed());
    const auto on = [&](const Tape&) { return graph(graph.inputs()).detach(); };
    CHECK(same_values(at_once, on(Tape{})));
    CHECK(same_values(at_once, on(Tape{Tape::forward_only})));
  }
}

}  // namespace
}  // namespace chronograd::test
