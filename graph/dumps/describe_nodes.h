#pragma once

#include <functional>
#include <string_view>

#include "chronograd/graph/dumps/outline.h"
#include "chronograd/graph/dumps/pattern.h"

namespace chronograd::detail {

/// Writes nodes as lines: "%6.input_gate = sigmoid(%5.input_gate)", the type, the source line.
///
/// A node is %3 in its own scope and step, "encoder:%3@t-1" from elsewhere. %3' is the first node
/// of the gradient of %3, %3'2 the second. A parameter goes by its name, a constant is #3. Behind
/// a dot stands the role, or which output it is.
class NodeWriter {
 public:
  NodeWriter(const Outline& outline, bool source_lines, bool fold)
      : outline_(outline), source_lines_(source_lines), fold_(fold) {}

  /// Passes the lines on one by one: there may be a million of them.
  void write(const Outline::Section& section, const std::function<void(const Pattern&)>& out) const;
  Pattern lines_of(const Outline::Section& section) const;
  Pattern line_of_parameter(NodeId leaf) const;
  /// "f32 [32, 128]"
  Pattern type_of(OutputId output) const;

 private:
  void append_node(Pattern& line, NodeView node, const Outline::Section& here) const;
  void append_name(Pattern& line, NodeId node) const;
  void append_defined(Pattern& line, NodeView node) const;
  void append_call(Pattern& line, NodeView node, const Outline::Section& here) const;
  void append_types(Pattern& line, NodeView node) const;
  void append_partner(Pattern& line, NodeView node) const;
  void append_source(Pattern& line, const Place& place, Place& above) const;
  void append_list(Pattern& line, const std::vector<Pattern>& items) const;
  Pattern reference(OutputId output, const Outline::Section& here) const;
  Pattern label_of(OutputId output, NodeView node) const;
  std::string_view own_role(OutputId output, NodeView node) const;

  const Outline& outline_;
  bool source_lines_;
  bool fold_;
};

/// The last part of a parameter's path.
std::string_view name_of(const Parameter& parameter);

}  // namespace chronograd::detail
