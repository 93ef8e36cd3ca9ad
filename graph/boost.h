#pragma once

#include <boost/graph/graph_traits.hpp>
#include <boost/graph/properties.hpp>
#include <boost/iterator/counting_iterator.hpp>
#include <boost/iterator/transform_iterator.hpp>
#include <boost/property_map/property_map.hpp>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "chronograd/graph/recording.h"

namespace chronograd {

/// One input of a node: the edge from the node that makes it to the one that uses it. Two edges
/// between the same nodes differ in their port.
struct TapeEdge {
  NodeId user = no_id;
  std::uint32_t port = 0;

  friend bool operator==(const TapeEdge&, const TapeEdge&) = default;
  friend auto operator<=>(const TapeEdge&, const TapeEdge&) = default;
};

/// A recording as a graph for the algorithms of Boost.Graph: nodes are vertices 0 .. n-1 in
/// recorded order, which is topological; edges lead from what is made to where it is used. Models
/// BidirectionalGraph, AdjacencyGraph, VertexListGraph, EdgeListGraph and, for the tags below,
/// ReadablePropertyGraph. Construction lists every node's users once, in time and memory linear in
/// the edges. Valid until the tape records more or ends.
///
///     const TapeGraph graph{tape.recording()};
///     boost::write_graphviz(std::cout, graph, boost::make_label_writer(get(vertex_op, graph)));
class TapeGraph {
 public:
  using vertex_descriptor = NodeId;
  using edge_descriptor = TapeEdge;
  using directed_category = boost::bidirectional_tag;
  using edge_parallel_category = boost::allow_parallel_edge_tag;
  struct traversal_category : virtual boost::bidirectional_graph_tag,
                              virtual boost::adjacency_graph_tag,
                              virtual boost::vertex_list_graph_tag,
                              virtual boost::edge_list_graph_tag {};
  using vertices_size_type = std::size_t;
  using edges_size_type = std::size_t;
  using degree_size_type = std::size_t;

  struct EdgeAtPort {
    NodeId user = no_id;
    TapeEdge operator()(std::uint32_t port) const { return {user, port}; }
  };
  struct UserOfEdge {
    NodeId operator()(const TapeEdge& edge) const { return edge.user; }
  };
  using vertex_iterator = boost::counting_iterator<NodeId>;
  using edge_iterator = std::vector<TapeEdge>::const_iterator;
  using out_edge_iterator = edge_iterator;
  using in_edge_iterator =
      boost::transform_iterator<EdgeAtPort, boost::counting_iterator<std::uint32_t>>;
  using adjacency_iterator = boost::transform_iterator<UserOfEdge, edge_iterator>;

  static constexpr vertex_descriptor null_vertex() { return no_id; }

  explicit TapeGraph(RecordingView recording) : recording_(recording) {
    const auto n = static_cast<NodeId>(recording.size());
    first_user_.resize(n + std::size_t{1});
    for_each_edge([&](NodeId from, TapeEdge) { ++first_user_[from + std::size_t{1}]; });
    for (std::size_t v = 0; v < n; ++v) first_user_[v + 1] += first_user_[v];
    users_.resize(first_user_.back());
    std::vector<std::size_t> next = first_user_;
    for_each_edge([&](NodeId from, TapeEdge edge) { users_[next[from]++] = edge; });
  }

  const RecordingView& recording() const { return recording_; }
  /// The output that an edge carries.
  OutputId output(TapeEdge edge) const { return recording_[edge.user].inputs()[edge.port]; }

  friend std::pair<vertex_iterator, vertex_iterator> vertices(const TapeGraph& g) {
    return {vertex_iterator{0}, vertex_iterator{static_cast<NodeId>(g.recording_.size())}};
  }
  friend std::size_t num_vertices(const TapeGraph& g) { return g.recording_.size(); }
  friend std::pair<edge_iterator, edge_iterator> edges(const TapeGraph& g) {
    return {g.users_.begin(), g.users_.end()};
  }
  friend std::size_t num_edges(const TapeGraph& g) { return g.users_.size(); }
  friend NodeId source(TapeEdge edge, const TapeGraph& g) {
    return g.recording_.node_of(g.output(edge));
  }
  friend NodeId target(TapeEdge edge, const TapeGraph&) { return edge.user; }

  friend std::pair<out_edge_iterator, out_edge_iterator> out_edges(NodeId v, const TapeGraph& g) {
    const auto at = [&](std::size_t k) {
      return g.users_.begin() + static_cast<std::ptrdiff_t>(g.first_user_[k]);
    };
    return {at(v), at(v + std::size_t{1})};
  }
  friend std::size_t out_degree(NodeId v, const TapeGraph& g) {
    return g.first_user_[v + std::size_t{1}] - g.first_user_[v];
  }
  friend std::pair<in_edge_iterator, in_edge_iterator> in_edges(NodeId v, const TapeGraph& g) {
    using Port = boost::counting_iterator<std::uint32_t>;
    const auto ports = static_cast<std::uint32_t>(g.recording_[v].inputs().size());
    return {in_edge_iterator{Port{0}, EdgeAtPort{v}}, in_edge_iterator{Port{ports}, EdgeAtPort{v}}};
  }
  friend std::size_t in_degree(NodeId v, const TapeGraph& g) {
    return g.recording_[v].inputs().size();
  }
  friend std::size_t degree(NodeId v, const TapeGraph& g) {
    return in_degree(v, g) + out_degree(v, g);
  }
  friend std::pair<adjacency_iterator, adjacency_iterator> adjacent_vertices(NodeId v,
                                                                             const TapeGraph& g) {
    const auto [first, last] = out_edges(v, g);
    return {adjacency_iterator{first}, adjacency_iterator{last}};
  }

 private:
  template <class F>
  void for_each_edge(F f) const {
    for (NodeId user = 0; user < recording_.size(); ++user) {
      const auto inputs = recording_[user].inputs();
      for (std::uint32_t port = 0; port < inputs.size(); ++port) {
        f(recording_.node_of(inputs[port]), TapeEdge{user, port});
      }
    }
  }

  RecordingView recording_;
  std::vector<std::size_t>
      first_user_;  ///< where the users of each node start; one more at the end
  std::vector<TapeEdge> users_;
};

/// What a vertex or edge tells: `get(vertex_scope, graph)` is a readable property map, and
/// `get(vertex_scope, graph, v)` the value. `boost::vertex_index` is there too.
template <class Tag>
concept TapeTag = requires(const TapeGraph& graph, typename Tag::Key key) {
  Tag::of(graph, key);
};

/// The name of the op.
inline constexpr struct VertexOp {
  using kind = boost::vertex_property_tag;
  using Key = NodeId;
  static std::string_view of(const TapeGraph& g, NodeId v) { return g.recording()[v].name(); }
} vertex_op;

/// The shape of the first output.
inline constexpr struct VertexShape {
  using kind = boost::vertex_property_tag;
  using Key = NodeId;
  static Shape of(const TapeGraph& g, NodeId v) {
    return g.recording().shape(g.recording()[v].first_output());
  }
} vertex_shape;

/// The scope path.
inline constexpr struct VertexScope {
  using kind = boost::vertex_property_tag;
  using Key = NodeId;
  static std::string_view of(const TapeGraph& g, NodeId v) { return g.recording()[v].scope(); }
} vertex_scope;

/// The time step; -1 outside of any.
inline constexpr struct VertexStep {
  using kind = boost::vertex_property_tag;
  using Key = NodeId;
  static int of(const TapeGraph& g, NodeId v) { return g.recording()[v].place().step; }
} vertex_step;

/// The shape of what the edge carries.
inline constexpr struct EdgeShape {
  using kind = boost::edge_property_tag;
  using Key = TapeEdge;
  static Shape of(const TapeGraph& g, TapeEdge e) { return g.recording().shape(g.output(e)); }
} edge_shape;

template <TapeTag Tag>
class TapePropertyMap {
 public:
  using key_type = typename Tag::Key;
  using value_type = decltype(Tag::of(std::declval<const TapeGraph&>(), key_type{}));
  using reference = value_type;
  using category = boost::readable_property_map_tag;

  TapePropertyMap() = default;
  explicit TapePropertyMap(const TapeGraph& graph) : graph_(&graph) {}
  value_type operator[](key_type key) const { return Tag::of(*graph_, key); }
  friend value_type get(const TapePropertyMap& map, key_type key) { return map[key]; }

 private:
  const TapeGraph* graph_ = nullptr;
};

template <TapeTag Tag>
TapePropertyMap<Tag> get(Tag, const TapeGraph& graph) {
  return TapePropertyMap<Tag>{graph};
}
template <TapeTag Tag>
auto get(Tag, const TapeGraph& graph, typename Tag::Key key) {
  return Tag::of(graph, key);
}
inline boost::typed_identity_property_map<NodeId> get(boost::vertex_index_t, const TapeGraph&) {
  return {};
}
inline NodeId get(boost::vertex_index_t, const TapeGraph&, NodeId v) { return v; }

}  // namespace chronograd

template <class Tag>
struct boost::property_map<chronograd::TapeGraph, Tag> {
  using type = decltype(get(Tag{}, std::declval<const chronograd::TapeGraph&>()));
  using const_type = type;
};
