#include "chronograd/graph/reach.h"

#include <algorithm>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/reverse_graph.hpp>
#include <boost/graph/two_bit_color_map.hpp>
#include <boost/pending/queue.hpp>
#include <string>

#include "chronograd/graph/boost.h"
#include "chronograd/graph/error.h"

namespace chronograd {
namespace {

class Collect : public boost::default_bfs_visitor {
 public:
  explicit Collect(std::vector<NodeId>& found) : found_(&found) {}
  template <class Graph>
  void discover_vertex(NodeId v, const Graph&) const {
    found_->push_back(v);
  }

 private:
  std::vector<NodeId>* found_;
};

template <class Graph>
std::vector<NodeId> reachable(const Graph& graph, const std::vector<NodeId>& from) {
  std::vector<NodeId> found;
  boost::queue<NodeId> waiting;
  boost::breadth_first_visit(
      graph, from.begin(), from.end(), waiting, Collect{found},
      boost::make_two_bit_color_map(num_vertices(graph), get(boost::vertex_index, graph)));
  std::sort(found.begin(), found.end());
  return found;
}

void check(RecordingView recording, OutputId output, const char* user) {
  if (output < recording.outputs()) return;
  throw IndexError(std::string(user) + ": output " + std::to_string(output) +
                   "; the recording has " + std::to_string(recording.outputs()));
}

}  // namespace

std::vector<NodeId> ancestors(RecordingView recording, OutputId output) {
  check(recording, output, "ancestors");
  const TapeGraph graph{recording};
  return reachable(boost::make_reverse_graph(graph), {recording.node_of(output)});
}

std::vector<NodeId> descendants(RecordingView recording, OutputId output) {
  check(recording, output, "descendants");
  const TapeGraph graph{recording};
  std::vector<NodeId> users;
  const auto [first, last] = out_edges(recording.node_of(output), graph);
  for (auto edge = first; edge != last; ++edge) {
    if (graph.output(*edge) == output) users.push_back(edge->user);
  }
  return reachable(graph, users);
}

}  // namespace chronograd
