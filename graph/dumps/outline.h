#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "chronograd/graph/recording.h"

namespace chronograd::detail {

/// What a node is to a reader of dumps. Parameters and constants are listed once, numbers are shown
/// where they are used.
enum class NodeKind : std::uint8_t { operation, parameter, constant, number };
NodeKind kind_of(const NodeView& node);

/// A recording sorted for reading: by scope, forward and gradient apart, by time step.
/// Local numbers depend on nothing outside of a node's scope and step, so that an edit elsewhere
/// changes none.
class Outline {
 public:
  static constexpr std::int32_t outside_steps = -1;

  /// The operations of one scope and time step, or of the gradients of such, in recorded order.
  struct Section {
    std::uint32_t scope = 0;
    bool gradient = false;
    std::int32_t step = outside_steps;
    std::vector<NodeId> nodes;
  };
  struct Scope {
    std::string_view path;
    std::vector<NodeId> parameters;
    /// Indices of sections in the order of first appearance, the one outside of steps first.
    std::vector<std::uint32_t> forward;
    std::vector<std::uint32_t> gradient;
  };

  explicit Outline(RecordingView recording);

  RecordingView recording() const { return recording_; }
  /// In the order of first appearance.
  std::span<const Scope> scopes() const { return scopes_; }
  const Section& section(std::uint32_t k) const { return sections_[k]; }
  /// Only for operations and parameters.
  std::uint32_t scope_of(NodeId node) const { return scope_of_[node]; }
  std::int32_t step_of(NodeId node) const { return step_of_[node]; }
  std::span<const NodeId> constants() const { return constants_; }

  /// The number of a node among those of its scope and time step, from 1. The nodes in a step are
  /// numbered after those outside of steps, so that the number alone tells whether a node is in a
  /// step. A node of a gradient is numbered among those of the gradient of the same node.
  std::uint32_t number_of(NodeId node) const { return number_[node]; }

 private:
  std::uint32_t find_scope(std::string_view path);
  Section& find_section(std::uint32_t scope, bool gradient, std::int32_t step);
  void number_nodes();

  RecordingView recording_;
  std::vector<Scope> scopes_;
  std::vector<Section> sections_;
  std::vector<NodeId> constants_;
  std::vector<std::uint32_t> scope_of_;
  std::vector<std::int32_t> step_of_;
  std::vector<std::uint32_t> number_;
  std::unordered_map<std::string_view, std::uint32_t> scope_ids_;
  std::unordered_map<std::uint64_t, std::uint32_t> section_ids_;
};

}  // namespace chronograd::detail
