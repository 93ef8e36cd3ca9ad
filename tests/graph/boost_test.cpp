#include "chronograd/graph/boost.h"

#include <doctest/doctest.h>

#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/dominator_tree.hpp>
#include <boost/graph/filtered_graph.hpp>
#include <boost/graph/graph_concepts.hpp>
#include <boost/graph/graphviz.hpp>
#include <boost/graph/reverse_graph.hpp>
#include <boost/graph/topological_sort.hpp>
#include <functional>
#include <iterator>
#include <sstream>
#include <vector>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/at.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sigmoid.h"
#include "chronograd/ops/split.h"

namespace chronograd {
namespace {

BOOST_CONCEPT_ASSERT((boost::VertexListGraphConcept<TapeGraph>));
BOOST_CONCEPT_ASSERT((boost::EdgeListGraphConcept<TapeGraph>));
BOOST_CONCEPT_ASSERT((boost::IncidenceGraphConcept<TapeGraph>));
BOOST_CONCEPT_ASSERT((boost::BidirectionalGraphConcept<TapeGraph>));
BOOST_CONCEPT_ASSERT((boost::AdjacencyGraphConcept<TapeGraph>));
BOOST_CONCEPT_ASSERT((boost::BidirectionalGraphConcept<boost::reverse_graph<TapeGraph>>));
BOOST_CONCEPT_ASSERT(
    (boost::ReadablePropertyGraphConcept<TapeGraph, NodeId, boost::vertex_index_t>));
BOOST_CONCEPT_ASSERT((boost::ReadablePropertyGraphConcept<TapeGraph, NodeId, VertexOp>));
BOOST_CONCEPT_ASSERT((boost::ReadablePropertyGraphConcept<TapeGraph, NodeId, VertexShape>));
BOOST_CONCEPT_ASSERT((boost::ReadablePropertyGraphConcept<TapeGraph, NodeId, VertexScope>));
BOOST_CONCEPT_ASSERT((boost::ReadablePropertyGraphConcept<TapeGraph, NodeId, VertexStep>));
BOOST_CONCEPT_ASSERT((boost::ReadablePropertyGraphConcept<TapeGraph, TapeEdge, EdgeShape>));

// 0: x   1: sigmoid(x)   2: sigmoid * sigmoid   3: x + product
class Diamond {
 public:
  Diamond() {
    const Tensor y = sigmoid(x_);
    const Tensor sum = x_ + y * y;
  }
  TapeGraph graph() const { return TapeGraph{tape_.recording()}; }

 private:
  Tape tape_;
  Tensor x_ = Tensor::copy_of({1.0f, 2.0f}, {2});
};

template <class Range>
auto list(const Range& range) {
  return std::vector(range.first, range.second);
}

using Nodes = std::vector<NodeId>;
using Edges = std::vector<TapeEdge>;

TEST_CASE("the nodes of a tape are the vertices, in recorded order") {
  const Diamond diamond;
  const TapeGraph graph = diamond.graph();
  CHECK(num_vertices(graph) == 4);
  CHECK(list(vertices(graph)) == Nodes{0, 1, 2, 3});
}

TEST_CASE("every input is an edge, and two inputs from one node are two edges with ports") {
  const Diamond diamond;
  const TapeGraph graph = diamond.graph();
  CHECK(num_edges(graph) == 5);
  CHECK(list(edges(graph)) == Edges{{1, 0}, {3, 0}, {2, 0}, {2, 1}, {3, 1}});
  CHECK(list(out_edges(0, graph)) == Edges{{1, 0}, {3, 0}});
  CHECK(list(out_edges(1, graph)) == Edges{{2, 0}, {2, 1}});
  CHECK(list(in_edges(2, graph)) == Edges{{2, 0}, {2, 1}});
  CHECK(list(in_edges(3, graph)) == Edges{{3, 0}, {3, 1}});
  CHECK(list(in_edges(0, graph)).empty());
  CHECK(list(adjacent_vertices(1, graph)) == Nodes{2, 2});
}

TEST_CASE("edges know both ends, and degrees count them") {
  const Diamond diamond;
  const TapeGraph graph = diamond.graph();
  for (NodeId v = 0; v < 4; ++v) {
    for (const TapeEdge edge : list(out_edges(v, graph))) CHECK(source(edge, graph) == v);
    for (const TapeEdge edge : list(in_edges(v, graph))) CHECK(target(edge, graph) == v);
    CHECK(out_degree(v, graph) == list(out_edges(v, graph)).size());
    CHECK(in_degree(v, graph) == list(in_edges(v, graph)).size());
    CHECK(degree(v, graph) == in_degree(v, graph) + out_degree(v, graph));
  }
  CHECK(in_degree(3, graph) == 2);
  CHECK(out_degree(0, graph) == 2);
}

TEST_CASE("an empty tape is a graph without vertices and edges") {
  const Tape tape;
  const TapeGraph graph{tape.recording()};
  CHECK(num_vertices(graph) == 0);
  CHECK(num_edges(graph) == 0);
  CHECK(list(vertices(graph)).empty());
  CHECK(list(edges(graph)).empty());
}

TEST_CASE("properties tell the op, shape, scope and step of a vertex and the shape on an edge") {
  const Tape tape;
  const Tensor x = Tensor::copy_of({1.0f, 2.0f, 3.0f, 4.0f}, {2, 2});
  {
    const InScope scope{"model/cell"};
    for ([[maybe_unused]] const int t : steps(2)) {
      const auto parts = split(x, 2);
      const Tensor y = sigmoid(parts[1]);
    }
  }
  const TapeGraph graph{tape.recording()};
  REQUIRE(num_vertices(graph) == 5);
  CHECK(get(vertex_op, graph, 0) == "constant");
  CHECK(get(vertex_op, graph, 1) == "split");
  CHECK(get(vertex_op, graph)[4] == "sigmoid");
  CHECK(get(vertex_shape, graph, 0) == Shape{2, 2});
  CHECK(get(vertex_shape, graph, 1) == Shape{2, 1});
  CHECK(get(vertex_scope, graph, 0).empty());
  CHECK(get(vertex_scope, graph, 4) == "model/cell");
  CHECK(get(vertex_step, graph, 0) == -1);
  CHECK(get(vertex_step, graph, 2) == 0);
  CHECK(get(vertex_step, graph, 4) == 1);
  CHECK(get(edge_shape, graph, TapeEdge{1, 0}) == Shape{2, 2});
  CHECK(get(edge_shape, graph, TapeEdge{2, 0}) == Shape{2, 1});
  CHECK(graph.output(TapeEdge{2, 0}) == 2);  // the second output of the split
  CHECK(get(boost::vertex_index, graph, 3) == 3);
  CHECK(get(get(boost::vertex_index, graph), NodeId{3}) == 3);
}

TEST_CASE("topological_sort agrees with the recorded order") {
  const Diamond diamond;
  const TapeGraph graph = diamond.graph();
  Nodes order;
  boost::topological_sort(graph, std::back_inserter(order));
  CHECK(order == Nodes{3, 2, 1, 0});
}

TEST_CASE("breadth_first_search finds how far nodes are") {
  const Diamond diamond;
  const TapeGraph graph = diamond.graph();
  std::vector<int> distance(num_vertices(graph));
  boost::breadth_first_search(graph, NodeId{0},
                              boost::visitor(boost::make_bfs_visitor(boost::record_distances(
                                  distance.data(), boost::on_tree_edge{}))));
  CHECK(distance == std::vector<int>{0, 1, 2, 1});
}

TEST_CASE("the dominator tree tells what every path from a node passes") {
  const Diamond diamond;
  const TapeGraph graph = diamond.graph();
  Nodes dominator(num_vertices(graph), no_id);
  boost::lengauer_tarjan_dominator_tree(graph, NodeId{0}, dominator.data());
  CHECK(dominator == Nodes{no_id, 0, 1, 0});
}

TEST_CASE("a reversed view runs from users to what they use") {
  const Diamond diamond;
  const TapeGraph graph = diamond.graph();
  const boost::reverse_graph<TapeGraph> reversed{graph};
  CHECK(out_degree(NodeId{2}, reversed) == 2);
  CHECK(in_degree(NodeId{0}, reversed) == 2);
  Nodes order;
  boost::topological_sort(reversed, std::back_inserter(order));
  CHECK(order == Nodes{0, 1, 2, 3});
}

TEST_CASE("a filtered view hides vertices and the edges at them") {
  const Diamond diamond;
  const TapeGraph graph = diamond.graph();
  const auto not_product = [&](NodeId v) { return get(vertex_op, graph, v) != "mul"; };
  const boost::filtered_graph view{graph, boost::keep_all{},
                                   std::function<bool(NodeId)>{not_product}};
  CHECK(list(vertices(view)) == Nodes{0, 1, 3});
  CHECK(list(edges(view)) == Edges{{1, 0}, {3, 0}});
}

TEST_CASE("write_graphviz labels nodes with what a property says") {
  const Diamond diamond;
  const TapeGraph graph = diamond.graph();
  std::ostringstream out;
  boost::write_graphviz(out, graph, boost::make_label_writer(get(vertex_op, graph)));
  CHECK(out.str() ==
        "digraph G {\n"
        "0[label=constant];\n"
        "1[label=sigmoid];\n"
        "2[label=mul];\n"
        "3[label=add];\n"
        "0->1 ;\n"
        "0->3 ;\n"
        "1->2 ;\n"
        "1->2 ;\n"
        "2->3 ;\n"
        "}\n");
}

}  // namespace
}  // namespace chronograd
