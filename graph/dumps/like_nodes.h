#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "chronograd/graph/dumps/outline.h"

namespace chronograd::detail {

/// Which nodes of an outline are alike, so that a drawing shows one for all of them. Time steps of
/// one scope, forward or gradient, are alike when their nodes have the same ops, roles, dtypes and
/// shapes in the same order; outside of steps, the nodes of one gradient that differ in nothing
/// else, as those of `stack` do, when there are many.
class LikeNodes {
 public:
  /// Without `fold` every node stands for itself.
  LikeNodes(const Outline& outline, bool fold);

  /// The node that is drawn for a node: itself, or the first that is like it.
  NodeId drawn_for(NodeId node) const { return drawn_for_[node]; }
  /// Whether a node is drawn for others, or another for it.
  bool folded(NodeId node) const { return count_[drawn_for_[node]] > 1; }
  /// How many nodes outside of steps a node is drawn for.
  std::uint32_t alike(NodeId node) const { return in_step_[node] ? 1 : count_[node]; }
  /// "step 3", or "steps 1..19" for all that a section, by its number, is drawn for.
  std::string name(std::uint32_t section) const;

 private:
  void fold_step(const Outline& outline, std::uint32_t section, std::vector<std::uint32_t>& firsts);
  void fold_gradients(const Outline& outline, std::span<const NodeId> nodes);
  void draw(NodeId first, NodeId node);

  std::vector<NodeId> drawn_for_;
  std::vector<std::uint32_t> count_;  ///< by node that is drawn
  std::vector<bool> in_step_;
  std::vector<std::vector<std::int32_t>> steps_;  ///< by section that is drawn
};

}  // namespace chronograd::detail
