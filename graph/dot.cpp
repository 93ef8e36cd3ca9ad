#include "chronograd/graph/dot.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/graph/filtered_graph.hpp>
#include <boost/graph/reverse_graph.hpp>
#include <boost/range/iterator_range.hpp>
#include <functional>
#include <ostream>
#include <sstream>
#include <string_view>
#include <vector>

#include "chronograd/graph/boost.h"
#include "chronograd/graph/detail/outline.h"
#include "chronograd/graph/detail/scope_tree.h"

namespace chronograd {
namespace {

using detail::kind_of;
using detail::NodeKind;
using detail::Outline;
using detail::ScopeRow;

constexpr std::string_view header = R"(digraph tape {
  graph [fontname="Helvetica", fontsize=12, fontcolor="#57606a", ranksep=0.35, nodesep=0.25,
         labeljust=l, style="rounded,filled", color="#d0d7de", fillcolor="#f6f8fa"];
  node [fontname="Helvetica", fontsize=11, shape=box, style="rounded,filled", margin="0.12,0.06",
        height=0.3, fillcolor="#eaf2fc", color="#4078c0", fontcolor="#1f2328"];
  edge [fontname="Helvetica", fontsize=8, fontcolor="#57606a", color="#4078c0", arrowsize=0.6,
        labelfontsize=7, labelfontcolor="#8c959f"];
)";
constexpr std::string_view gradient_node =
    R"(, style="rounded,filled,dashed", fillcolor="#fdf1e5", color="#d9731a")";
constexpr std::string_view upwards_edge = R"(dir=back, color="#d9731a", style=dashed)";
constexpr std::string_view across_edge = R"(constraint=false, color="#e8a56d", style=dotted)";
constexpr std::string_view parameter_node =
    R"(, style=filled, fillcolor="#fff3c4", color="#b08800")";
constexpr std::string_view constant_node =
    R"(, shape=ellipse, style=filled, fillcolor="#f0f1f3", color="#8c959f")";
constexpr std::string_view effect_node = ", peripheries=2";

// Text inside of an HTML-like label.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += static_cast<unsigned char>(c) < 0x20 || c == '\x7f' ? '?' : c;
    }
  }
  return result;
}

// Which nodes are drawn: no numbers; without gradients, nothing that depends on one and nothing
// that only serves such.
std::vector<bool> drawn_nodes(const TapeGraph& graph, bool gradient) {
  const RecordingView& recording = graph.recording();
  const auto size = static_cast<NodeId>(num_vertices(graph));
  std::vector<bool> drawn(size, true);
  const auto is_drawn = [&](NodeId v) { return bool{drawn[v]}; };
  if (!gradient) {
    const auto reversed = boost::make_reverse_graph(graph);
    for (NodeId v = 0; v < size; ++v) {
      const auto made_of = boost::make_iterator_range(adjacent_vertices(v, reversed));
      drawn[v] = !recording[v].is_gradient() && std::ranges::all_of(made_of, is_drawn);
    }
    for (NodeId v = size; v-- > 0;) {
      const auto users = boost::make_iterator_range(adjacent_vertices(v, graph));
      if (!users.empty()) drawn[v] = drawn[v] && std::ranges::any_of(users, is_drawn);
    }
  }
  for (NodeId v = 0; v < size; ++v) {
    if (kind_of(recording[v]) == NodeKind::number) drawn[v] = false;
  }
  return drawn;
}

class Dot {
 public:
  Dot(RecordingView recording, std::ostream& out, const DotOptions& options)
      : recording_(recording),
        outline_(recording),
        graph_(recording),
        drawn_(drawn_nodes(graph_, options.gradient)),
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
                        clusters_++, escaped(title));
  }

  void close_cluster(int depth) { out_ << indent(depth) << "}\n"; }

  void write_scope(const Outline::Scope& scope, int depth) {
    write_nodes(scope.parameters, indent(depth));
    for (const std::uint32_t k : scope.forward) write_section(outline_.section(k), depth);
    for (const std::uint32_t k : scope.gradient) write_section(outline_.section(k), depth);
  }

  void write_section(const Outline::Section& section, int depth) {
    if (section.step == Outline::outside_steps) return write_nodes(section.nodes, indent(depth));
    const auto drawn = [&](NodeId v) { return drawn_[v]; };
    if (std::none_of(section.nodes.begin(), section.nodes.end(), drawn)) return;
    open_cluster(depth,
                 fmt::format("{}step {}", section.gradient ? "gradient of " : "", section.step));
    out_ << indent(depth) << "  fillcolor=white;\n";
    write_nodes(section.nodes, indent(depth + 1));
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
    std::string text = fmt::format("<b>{}</b>", escaped(title));
    if (!role.empty()) text += fmt::format("<br/><i>{}</i>", escaped(role));
    std::vector<std::string> small;
    if (node.outputs() > 0) {
      const std::string count = node.outputs() > 1 ? fmt::format("{} x ", node.outputs()) : "";
      small.push_back(fmt::format("{}{} {}", count, name(recording_.dtype(first)),
                                  to_string(recording_.shape(first))));
    }
    if (const int t = node.place().step; t >= 0) small.push_back(fmt::format("t = {}", t));
    if (small.empty()) return text;
    return text + fmt::format("<br/><font point-size=\"9\" color=\"#57606a\">{}</font>",
                              fmt::join(small, ", "));
  }

  static std::string style_of(const NodeView& node) {
    std::string style;
    if (kind_of(node) == NodeKind::parameter) style += parameter_node;
    if (kind_of(node) == NodeKind::constant) style += constant_node;
    if (node.is_gradient()) style += gradient_node;
    if (node.op().algebra.effect) style += effect_node;
    return style;
  }

  void write_edges() {
    const auto shown = [this](NodeId v) { return bool{drawn_[v]}; };
    const boost::filtered_graph<TapeGraph, boost::keep_all, std::function<bool(NodeId)>> view{
        graph_, {}, shown};
    for (const TapeEdge edge : boost::make_iterator_range(edges(view))) write_edge(edge);
  }

  // The gradient is drawn upwards, beside what it is the gradient of: its edges are written with
  // their ends swapped, and those between it and the rest have no say in who stands above whom.
  void write_edge(TapeEdge edge) {
    const NodeView from = recording_[source(edge, graph_)];
    const NodeView user = recording_[edge.user];
    const bool upwards = from.is_gradient() && user.is_gradient();
    const bool across = from.is_gradient() != user.is_gradient();
    std::vector<std::string> attributes;
    if (from.outputs() > 1) attributes.push_back(fmt::format("label=<{}>", output_name(edge)));
    if (user.inputs().size() > 1) {
      attributes.push_back(
          fmt::format("{}=\"{}\"", upwards ? "taillabel" : "headlabel", edge.port));
    }
    if (upwards) attributes.emplace_back(upwards_edge);
    if (across) attributes.emplace_back(across_edge);
    out_ << fmt::format("  n{} -> n{}", upwards ? user.id() : from.id(),
                        upwards ? from.id() : user.id());
    if (!attributes.empty()) out_ << fmt::format(" [{}]", fmt::join(attributes, ", "));
    out_ << ";\n";
  }

  std::string output_name(TapeEdge edge) const {
    const OutputId output = graph_.output(edge);
    const std::string_view role = recording_.role(output);
    if (!role.empty()) return escaped(role);
    return std::to_string(output - recording_[source(edge, graph_)].first_output());
  }

  const RecordingView recording_;
  const Outline outline_;
  const TapeGraph graph_;
  const std::vector<bool> drawn_;
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
