#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "chronograd/graph/dumps/outline.h"

namespace chronograd::detail {

/// Which nodes of an outline are alike, so that a drawing shows one of them for all.
///
/// Two time steps of a scope are alike when their nodes have the same ops, roles, dtypes and shapes
/// in the same order; then the nodes of the later one are not drawn. Outside of time steps, the
/// nodes of the gradient of one node are alike when they have the same op, roles, dtypes and
/// shapes, and there are more than three, as those of the gradient of `stack`.
class LikeNodes {
 public:
  /// Without `fold` every node stands for itself.
  LikeNodes(const Outline& outline, bool fold);

  /// The node that is drawn for a node: itself, or the first that is like it.
  NodeId drawn_for(NodeId node) const { return drawn_for_[node]; }
  /// Whether a node is drawn for others, or another for it.
  bool folded(NodeId node) const { return count_[drawn_for_[node]] > 1; }
  /// How many nodes a node outside of time steps is drawn for; 1 for one in a time step.
  std::uint32_t alike(NodeId node) const { return in_step_[node] ? 1 : count_[node]; }
  /// The time steps that a section, given by its number, is drawn for: "step 3" or "steps 1..19".
  std::string name(std::uint32_t section) const;

 private:
  void fold_step(const Outline& outline, std::uint32_t section, std::vector<std::uint32_t>& firsts);
  void fold_gradients(const Outline& outline, std::span<const NodeId> nodes);
  void draw(NodeId first, NodeId node);

  std::vector<NodeId> drawn_for_;
  std::vector<std::uint32_t> count_;  ///< by drawn node: how many nodes it is drawn for
  std::vector<bool> in_step_;
  std::vector<std::vector<std::int32_t>> steps_;  ///< by drawn section: its time steps
};

}  // namespace chronograd::detail
