#include "chronograd/graph/dot.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/graph/reverse_graph.hpp>
#include <boost/range/iterator_range.hpp>
#include <iterator>
#include <ostream>
#include <set>
#include <span>
#include <sstream>
#include <string_view>
#include <vector>

#include "chronograd/graph/boost.h"
#include "chronograd/graph/dumps/dot_text.h"
#include "chronograd/graph/dumps/like_nodes.h"
#include "chronograd/graph/dumps/outline.h"
#include "chronograd/graph/dumps/scope_tree.h"

namespace chronograd {
namespace {

using detail::dot_text;
using detail::kind_of;
using detail::LikeNodes;
using detail::NodeKind;
using detail::Outline;
using detail::ScopeRow;

constexpr std::string_view header = R"(digraph tape {
  graph [nslimit=0.1, nslimit1=0.1, fontname="Helvetica", fontsize=12, fontcolor="#57606a", ranksep=0.35, nodesep=0.25,
         labeljust=l, style="rounded,filled", color="#d0d7de", fillcolor="#f6f8fa"];
  node [fontname="Helvetica", fontsize=11, shape=box, style="rounded,filled", margin="0.12,0.06",
        height=0.3, fillcolor="#eaf2fc", color="#4078c0", fontcolor="#1f2328"];
  edge [fontname="Helvetica", fontsize=8, fontcolor="#57606a", color="#4078c0", arrowsize=0.6,
        labelfontsize=7, labelfontcolor="#8c959f"];
)";
// Where time steps are not folded, Graphviz takes a minute for more curves, and seconds for
// straight lines.
constexpr std::size_t most_curves = 500;
constexpr std::string_view gradient_node =
    R"(, style="rounded,filled,dashed", fillcolor="#fdf1e5", color="#d9731a")";
constexpr std::string_view upwards_edge = R"(dir=back, color="#d9731a", style=dashed)";
constexpr std::string_view across_edge = R"(constraint=false, color="#e8a56d", style=dotted)";
constexpr std::string_view update_node = R"(, fillcolor="#e9f5ea", color="#2e8b45")";
constexpr std::string_view update_edge = R"(color="#2e8b45")";
constexpr std::string_view parameter_node =
    R"(, style=filled, fillcolor="#fff3c4", color="#b08800")";
constexpr std::string_view constant_node =
    R"(, shape=ellipse, style=filled, fillcolor="#f0f1f3", color="#8c959f")";
constexpr std::string_view effect_node = ", peripheries=2";

// What a node is a part of: a gradient, an update that is computed from gradients and assigned, or
// the model. A penalty that a loss takes of gradients is the model's.
enum class Phase : std::uint8_t { forward, gradient, update };

// By node, whether it comes into an assignment, be it by way of other nodes; a gradient on the way
// does not count.
std::vector<bool> assigned_nodes(const TapeGraph& graph) {
  const RecordingView& recording = graph.recording();
  const auto size = static_cast<NodeId>(num_vertices(graph));
  std::vector<bool> assigned(size);
  const auto passes_on = [&](NodeId u) { return assigned[u] && !recording[u].is_gradient(); };
  for (NodeId v = size; v-- > 0;) {
    const auto users = boost::make_iterator_range(adjacent_vertices(v, graph));
    assigned[v] = recording[v].op().algebra.effect || std::ranges::any_of(users, passes_on);
  }
  return assigned;
}

std::vector<Phase> phases_of(const TapeGraph& graph) {
  const RecordingView& recording = graph.recording();
  const std::vector<bool> assigned = assigned_nodes(graph);
  std::vector<Phase> phases(num_vertices(graph), Phase::forward);
  const auto reversed = boost::make_reverse_graph(graph);
  for (NodeId v = 0; v < phases.size(); ++v) {
    const auto made_of = boost::make_iterator_range(adjacent_vertices(v, reversed));
    const auto serves_update = [&](NodeId u) { return phases[u] != Phase::forward; };
    if (recording[v].is_gradient()) {
      phases[v] = Phase::gradient;
    } else if (assigned[v] && std::ranges::any_of(made_of, serves_update)) {
      phases[v] = Phase::update;
    }
  }
  return phases;
}

// Which nodes are drawn. Numbers never are. Without `gradient`, a node of the model is drawn if
// nobody reads it, or if a drawn node reads it; so what serves only gradients and updates is left
// out.
std::vector<bool> drawn_nodes(const TapeGraph& graph, std::span<const Phase> phases,
                              bool gradient) {
  const auto size = static_cast<NodeId>(num_vertices(graph));
  std::vector<bool> drawn(size, true);
  const auto is_drawn = [&](NodeId v) { return bool{drawn[v]}; };
  for (NodeId v = size; !gradient && v-- > 0;) {
    const auto users = boost::make_iterator_range(adjacent_vertices(v, graph));
    drawn[v] =
        phases[v] == Phase::forward && (users.empty() || std::ranges::any_of(users, is_drawn));
  }
  for (NodeId v = 0; v < size; ++v) {
    if (kind_of(graph.recording()[v]) == NodeKind::number) drawn[v] = false;
  }
  return drawn;
}

// An edge of the drawing. It stands for all edges of the recording between nodes that are drawn as
// these two.
struct DrawnEdge {
  NodeId from;
  NodeId user;
  std::uint32_t output = no_id;  // of `from`; no_id if each folded step reads another one
  std::uint32_t port = no_id;    // the input of `user`; no_id if each folded step feeds another one
  int distance = 0;              // how many time steps the user is later, if both are folded

  friend auto operator<=>(const DrawnEdge&, const DrawnEdge&) = default;
};

class Dot {
 public:
  Dot(RecordingView recording, std::ostream& out, const DotOptions& options)
      : recording_(recording),
        outline_(recording),
        graph_(recording),
        like_(outline_, options.fold),
        phases_(phases_of(graph_)),
        drawn_(drawn_nodes(graph_, phases_, options.gradient)),
        fold_(options.fold),
        out_(out) {}

  void write() {
    out_ << header;
    write_nodes(outline_.constants(), "  ");
    int depth = 0;
    for (const ScopeRow& row : detail::scope_tree(outline_)) {
      for (; depth > row.depth; --depth) close_cluster(depth - 1);
      if (!row.path.empty()) open_cluster(depth++, row.name());
      if (row.scope != nullptr) write_scope(*row.scope, depth);
    }
    for (; depth > 0; --depth) close_cluster(depth - 1);
    write_edges();
    out_ << "}\n";
  }

 private:
  static std::string indent(int depth) {
    return std::string(static_cast<std::size_t>(2 * depth + 2), ' ');
  }

  void open_cluster(int depth, std::string_view title) {
    out_ << fmt::format("{0}subgraph cluster_{1} {{\n{0}  label=<{2}>;\n", indent(depth),
                        clusters_++, dot_text(title));
  }

  void close_cluster(int depth) { out_ << indent(depth) << "}\n"; }

  void write_scope(const Outline::Scope& scope, int depth) {
    write_nodes(scope.parameters, indent(depth));
    for (const std::uint32_t k : scope.forward) write_section(k, depth);
    for (const std::uint32_t k : scope.gradient) write_section(k, depth);
    std::vector<NodeId> updates;
    for (const std::uint32_t k : scope.forward) {
      std::ranges::copy_if(outline_.section(k).nodes, std::back_inserter(updates),
                           [&](NodeId v) { return phases_[v] == Phase::update && drawn_[v]; });
    }
    if (!updates.empty()) write_box("update", updates, depth);
  }

  void write_section(std::uint32_t number, int depth) {
    const Outline::Section& section = outline_.section(number);
    const std::string name = like_.name(number);
    std::vector<NodeId> nodes;
    std::ranges::copy_if(section.nodes, std::back_inserter(nodes), [&](NodeId v) {
      return drawn_[v] && like_.drawn_for(v) == v && phases_[v] != Phase::update;
    });
    if (nodes.empty()) return;
    if (section.step == Outline::outside_steps) return write_nodes(nodes, indent(depth));
    write_box((section.gradient ? "gradient of " : "") + name, nodes, depth);
  }

  void write_box(std::string_view title, std::span<const NodeId> nodes, int depth) {
    open_cluster(depth, title);
    out_ << indent(depth) << "  fillcolor=white;\n";
    write_nodes(nodes, indent(depth + 1));
    close_cluster(depth);
  }

  void write_nodes(std::span<const NodeId> nodes, const std::string& indent) {
    for (const NodeId v : nodes) {
      if (!drawn_[v]) continue;
      const NodeView node = recording_[v];
      out_ << fmt::format("{}n{} [label=<{}>{}];\n", indent, v, label_of(node), style_of(node));
    }
  }

  std::string label_of(const NodeView& node) const {
    const OutputId first = node.first_output();
    std::string_view title = node.name();
    std::string_view role = node.outputs() == 1 ? recording_.role(first) : std::string_view{};
    if (kind_of(node) == NodeKind::parameter) {
      title = node.parameter()->path();
      title.remove_prefix(title.rfind('/') + 1);
    } else if (node.parameter() != nullptr) {
      role = node.parameter()->path();
    }
    std::string text = fmt::format("<b>{}</b>", dot_text(title));
    if (!role.empty()) text += fmt::format("<br/><i>{}</i>", dot_text(role));
    std::vector<std::string> small;
    if (const std::size_t nodes = like_.alike(node.id()); nodes > 1) {
      small.push_back(fmt::format("{} alike", nodes));
    }
    if (node.outputs() > 0) {
      const std::string count = node.outputs() > 1 ? fmt::format("{} x ", node.outputs()) : "";
      small.push_back(fmt::format("{}{} {}", count, name(recording_.dtype(first)),
                                  to_string(recording_.shape(first))));
    }
    if (small.empty()) return text;
    return text + fmt::format("<br/><font point-size=\"9\" color=\"#57606a\">{}</font>",
                              fmt::join(small, ", "));
  }

  std::string style_of(const NodeView& node) const {
    std::string style;
    if (kind_of(node) == NodeKind::parameter) style += parameter_node;
    if (kind_of(node) == NodeKind::constant) style += constant_node;
    if (phases_[node.id()] == Phase::gradient) style += gradient_node;
    if (phases_[node.id()] == Phase::update) style += update_node;
    if (node.op().algebra.effect) style += effect_node;
    return style;
  }

  void write_edges() {
    std::set<DrawnEdge> seen;
    for (const TapeEdge edge : boost::make_iterator_range(edges(graph_))) {
      if (!drawn_[source(edge, graph_)] || !drawn_[edge.user]) continue;
      const DrawnEdge drawn = drawn_edge(edge);
      if (seen.insert(drawn).second) write_edge(drawn, edge);
    }
    if (!fold_ && seen.size() > most_curves) out_ << "  splines=line;\n";
  }

  DrawnEdge drawn_edge(TapeEdge edge) const {
    const NodeId from = source(edge, graph_);
    const NodeId user = edge.user;
    const std::uint32_t output = graph_.output(edge) - recording_[from].first_output();
    DrawnEdge drawn{like_.drawn_for(from), like_.drawn_for(user), output, edge.port};
    const bool from_folded = like_.folded(from);
    const bool user_folded = like_.folded(user);
    if (from_folded && !user_folded) drawn.port = no_id;
    if (user_folded && !from_folded) drawn.output = no_id;
    if (from_folded && user_folded && outline_.step_of(from) >= 0 && outline_.step_of(user) >= 0) {
      drawn.distance = outline_.step_of(user) - outline_.step_of(from);
    }
    return drawn;
  }

  // The gradient is drawn upwards, beside the nodes it is the gradient of. To Graphviz its edges
  // are therefore given with their ends swapped, and the edges between the gradient and other nodes
  // must not decide which node stands above which.
  void write_edge(const DrawnEdge& drawn, TapeEdge edge) {
    const NodeView from = recording_[drawn.from];
    const NodeView user = recording_[drawn.user];
    const Phase phase = phases_[drawn.user];
    const bool upwards = phase == Phase::gradient && phases_[drawn.from] == phase;
    const bool across =
        phase == Phase::gradient ? !upwards : phases_[drawn.from] == Phase::gradient;
    std::vector<std::string> labels;
    if (from.outputs() > 1) {
      labels.push_back(drawn.output == no_id ? "one each" : output_name(edge));
    }
    if (drawn.distance != 0) labels.push_back(fmt::format("t{:+}", -drawn.distance));
    std::vector<std::string> attributes;
    if (!labels.empty()) attributes.push_back(fmt::format("label=<{}>", fmt::join(labels, ", ")));
    if (user.inputs().size() > 1 && drawn.port != no_id) {
      attributes.push_back(
          fmt::format("{}=\"{}\"", upwards ? "taillabel" : "headlabel", drawn.port));
    }
    if (upwards) attributes.emplace_back(upwards_edge);
    if (across) attributes.emplace_back(across_edge);
    if (phase == Phase::update && !across) attributes.emplace_back(update_edge);
    if (drawn.distance != 0 && !across) attributes.emplace_back("constraint=false");
    out_ << fmt::format("  n{} -> n{}", upwards ? drawn.user : drawn.from,
                        upwards ? drawn.from : drawn.user);
    if (!attributes.empty()) out_ << fmt::format(" [{}]", fmt::join(attributes, ", "));
    out_ << ";\n";
  }

  std::string output_name(TapeEdge edge) const {
    const OutputId output = graph_.output(edge);
    const std::string_view role = recording_.role(output);
    if (!role.empty()) return dot_text(role);
    return std::to_string(output - recording_[source(edge, graph_)].first_output());
  }

  const RecordingView recording_;
  const Outline outline_;
  const TapeGraph graph_;
  const LikeNodes like_;
  const std::vector<Phase> phases_;
  const std::vector<bool> drawn_;
  const bool fold_;
  std::ostream& out_;
  int clusters_ = 0;
};

}  // namespace

void dot(RecordingView recording, std::ostream& out, const DotOptions& options) {
  Dot{recording, out, options}.write();
}

void dot(const Tape& tape, std::ostream& out, const DotOptions& options) {
  dot(tape.recording(), out, options);
}

std::string dot(const Tape& tape, const DotOptions& options) {
  std::ostringstream out;
  dot(tape, out, options);
  return std::move(out).str();
}

}  // namespace chronograd
