#include <doctest/doctest.h>

#include <algorithm>
#include <boost/graph/dag_shortest_paths.hpp>
#include <boost/graph/filtered_graph.hpp>
#include <boost/graph/graphviz.hpp>
#include <boost/range/iterator_range.hpp>
#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/boost.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/tanh.h"

// The code of docs/boost-graph.md.

namespace chronograd {
namespace {

struct Recurrence {
  Recurrence() {
    const auto zeros = [](std::span<double>, Shape, RandomStream&) {};
    const Parameter decay = (parameters / "cell").parameter("decay", {2}, zeros);
    const Parameter bias = (parameters / "cell").parameter("bias", {2}, zeros);
    Tensor h = Tensor::copy_of({1.0f, 1.0f}, {2});
    for ([[maybe_unused]] const int t : steps(5)) h = tanh(h * decay);
    h = h + bias;
  }
  Random random{1};
  Parameters parameters{random};
  Tape tape;
};

std::map<std::string, int> depths(const Tape& tape) {
  std::map<std::string, int> depth;
  const TapeGraph graph{tape.recording()};
  for (const NodeId leaf : boost::make_iterator_range(vertices(graph))) {
    const Parameter* parameter = tape.recording()[leaf].parameter();
    if (get(vertex_op, graph, leaf) != "parameter") continue;
    std::vector<int> length(num_vertices(graph));  // of the longest path there; -1 without any
    boost::dag_shortest_paths(graph, leaf,
                              boost::distance_map(length.data())
                                  .weight_map(boost::static_property_map<int, TapeEdge>(1))
                                  .distance_compare(std::greater<>{})
                                  .distance_inf(-1));
    depth[parameter->path()] = *std::max_element(length.begin(), length.end());
  }
  return depth;
}

TEST_CASE("dag_shortest_paths finds the longest chain of ops behind each parameter") {
  const Recurrence model;
  CHECK(depths(model.tape) == std::map<std::string, int>{{"cell/decay", 11}, {"cell/bias", 1}});
}

TEST_CASE("a filtered view draws one time step") {
  const Recurrence model;
  const Tape& tape = model.tape;
  std::ostringstream out;
  const TapeGraph graph{tape.recording()};
  const std::function<bool(NodeId)> in_step_3 = [&](NodeId v) {
    return get(vertex_step, graph, v) == 3;
  };
  const boost::filtered_graph step{graph, boost::keep_all{}, in_step_3};
  boost::write_graphviz(out, step, boost::make_label_writer(get(vertex_op, graph)));
  CHECK(out.str() == "digraph G {\n8[label=mul];\n9[label=tanh];\n8->9 ;\n}\n");
}

}  // namespace
}  // namespace chronograd
