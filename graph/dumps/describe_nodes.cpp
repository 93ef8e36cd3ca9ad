#include "chronograd/graph/dumps/describe_nodes.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

namespace chronograd::detail {
namespace {

constexpr int most_named_outputs = 16;  // an op with more has its outputs numbered

std::string text(SourceLine line) {
  return std::string(line.file) + ":" + std::to_string(line.line);
}

// The shortest text that is read back as the same number of that dtype.
std::string text_of_number(NodeView leaf, DType dtype) {
  const double value = *leaf.number();
  return dtype == DType::f32 ? fmt::format("{}", static_cast<float>(value))
                             : fmt::format("{}", value);
}

bool same(SourceLine a, SourceLine b) {
  return a.line == b.line && std::string_view(a.file) == b.file;
}

}  // namespace

std::string_view name_of(const Parameter& parameter) {
  const std::string_view path = parameter.path();
  return path.substr(path.rfind('/') + 1);
}

void NodeWriter::write(const Outline::Section& section,
                       const std::function<void(const Pattern&)>& out) const {
  CountedLines lines{fold_, out};
  Place above;
  for (const NodeId id : section.nodes) {
    const NodeView node = outline_.recording()[id];
    Pattern line;
    append_node(line, node, section);
    if (section.gradient) {
      append_partner(line.column(), node);
    } else if (source_lines_) {
      append_source(line, node.place(), above);
    }
    line.end_line();
    lines.add(std::move(line));
  }
  lines.finish();
}

Pattern NodeWriter::lines_of(const Outline::Section& section) const {
  Pattern text;
  write(section, [&text](const Pattern& line) { text << line; });
  return text;
}

Pattern NodeWriter::line_of_parameter(NodeId leaf) const {
  const NodeView node = outline_.recording()[leaf];
  Pattern line;
  append_name(line, leaf);
  line.column() << type_of(node.first_output());
  line.column() << (node.parameter()->trainable() ? "parameter" : "state");
  line.end_line();
  return line;
}

Pattern NodeWriter::type_of(OutputId output) const {
  Pattern type;
  type << name(outline_.recording().dtype(output)) << " [";
  std::string_view separator;
  for (const std::int64_t size : outline_.recording().shape(output)) {
    type << separator;
    type.number(size);
    separator = ", ";
  }
  return type << "]";
}

void NodeWriter::append_node(Pattern& line, NodeView node, const Outline::Section& here) const {
  append_defined(line, node);
  line << " = ";
  append_call(line, node, here);
  append_types(line.column(), node);
}

void NodeWriter::append_name(Pattern& line, NodeId id) const {
  const RecordingView recording = outline_.recording();
  std::vector<std::uint32_t> orders;  // of the gradient, of the gradient of that, ..., last first
  for (NodeId partner = recording[id].partner(); partner != no_id;
       id = partner, partner = recording[id].partner()) {
    orders.push_back(outline_.number_of(id));
  }
  const NodeView node = recording[id];
  switch (kind_of(node)) {
    case NodeKind::parameter:
      line << name_of(*node.parameter());
      break;
    case NodeKind::number:
      line << text_of_number(node, outline_.recording().dtype(node.first_output()));
      break;
    case NodeKind::constant:
      (line << "#").index(outline_.number_of(id));
      break;
    case NodeKind::operation:
      (line << "%").index(outline_.number_of(id));
      break;
  }
  for (auto order = orders.rbegin(); order != orders.rend(); ++order) {
    (line << "'").ordinal(*order);
  }
}

void NodeWriter::append_defined(Pattern& line, NodeView node) const {
  append_name(line, node.id());
  if (node.outputs() == 1) {
    line << label_of(node.first_output(), node);
    return;
  }
  std::vector<Pattern> labels;
  for (int k = 0; k < node.outputs(); ++k) {
    labels.push_back(label_of(node.first_output() + static_cast<OutputId>(k), node));
  }
  line << "{";
  append_list(line, labels);
  line << "}";
}

void NodeWriter::append_call(Pattern& line, NodeView node, const Outline::Section& here) const {
  line << node.name();
  if (const auto integers = node.attributes().integers; !integers.empty()) {
    std::string_view separator = "[";
    for (const std::int64_t integer : integers) {
      line << separator;
      line.number(integer);
      separator = ", ";
    }
    line << "]";
  }
  std::vector<Pattern> arguments;
  if (node.parameter() != nullptr) arguments.emplace_back() << name_of(*node.parameter());
  for (const OutputId input : node.inputs()) arguments.push_back(reference(input, here));
  line << "(";
  append_list(line, arguments);
  line << ")";
}

void NodeWriter::append_types(Pattern& line, NodeView node) const {
  const RecordingView recording = outline_.recording();
  const OutputId end = node.first_output() + static_cast<OutputId>(node.outputs());
  for (OutputId o = node.first_output(); o < end;) {
    OutputId other = o + 1;
    while (other < end && recording.shape(other) == recording.shape(o) &&
           recording.dtype(other) == recording.dtype(o)) {
      ++other;
    }
    if (o != node.first_output()) line << ", ";
    if (other - o > 1) line << std::to_string(other - o) << " x ";
    line << type_of(o);
    o = other;
  }
}

void NodeWriter::append_partner(Pattern& line, NodeView node) const {
  const NodeView partner = outline_.recording()[node.partner()];
  line << "of " << partner.name();
  if (partner.outputs() == 1) line << label_of(partner.first_output(), partner);
}

void NodeWriter::append_source(Pattern& line, const Place& place, Place& above) const {
  if (place.line.line == 0) return;
  if (same(place.line, above.line) && same(place.caller, above.caller)) return;
  line.column() << text(place.line);
  if (place.caller.line != 0) line << " from " << text(place.caller);
  above = place;
}

void NodeWriter::append_list(Pattern& line, const std::vector<Pattern>& items) const {
  for (std::size_t k = 0; k < items.size();) {
    const std::size_t count = fold_ ? length_of_count(items, k) : 1;
    if (k > 0) line << ", ";
    line << items[k];
    if (count < shortest_count) {
      ++k;
    } else {
      line << " .. " << items[k + count - 1];
      k += count;
    }
  }
}

Pattern NodeWriter::reference(OutputId output, const Outline::Section& here) const {
  const NodeView node = outline_.recording()[outline_.recording().node_of(output)];
  const NodeKind kind = kind_of(node);
  Pattern result;
  if ((kind == NodeKind::operation || kind == NodeKind::parameter) &&
      outline_.scope_of(node.id()) != here.scope) {
    result << outline_.scopes()[outline_.scope_of(node.id())].path << ":";
  }
  append_name(result, node.id());
  if (kind != NodeKind::operation) return result;
  result << label_of(output, node);
  const std::int32_t step = outline_.step_of(node.id());
  if (step != here.step && step != Outline::outside_steps) (result << "@").number(step);
  return result;
}

// ".input_gate", ".2", or nothing for the only output of a node without a role.
Pattern NodeWriter::label_of(OutputId output, NodeView node) const {
  Pattern label;
  const std::string_view role = own_role(output, node);
  if (!role.empty()) return label << "." << role;
  if (node.outputs() > 1) (label << ".").index(output - node.first_output());
  return label;
}

// The role of an output, unless it has that role as a gradient only, or another output of the node
// has the same one.
std::string_view NodeWriter::own_role(OutputId output, NodeView node) const {
  const RecordingView recording = outline_.recording();
  const std::string_view role = recording.role(output);
  if (role.empty() || node.outputs() > most_named_outputs) return {};
  if (node.is_gradient()) {
    const NodeView partner = recording[node.partner()];
    if (partner.outputs() > 0 && role == recording.role(partner.first_output())) return {};
  }
  const OutputId end = node.first_output() + static_cast<OutputId>(node.outputs());
  for (OutputId o = node.first_output(); o < end; ++o) {
    if (o != output && recording.role(o) == role) return {};
  }
  return role;
}

}  // namespace chronograd::detail
