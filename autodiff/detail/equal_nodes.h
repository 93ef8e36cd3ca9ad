#pragma once

#include <vector>

#include "chronograd/graph/memory/long_list.h"
#include "chronograd/graph/record/recording_data.h"

namespace chronograd::detail {

/// Finds nodes that a gradient can treat as one: they have the same op, integers and inputs, and a
/// gradient rule that reads no floating numbers. The gradients of their outputs are summed first,
/// and the rule is asked once for all of them. When each of n time steps makes the same view anew
/// and reads a part of it, the gradient then costs one view instead of n.
class EqualNodes {
 public:
  /// `reaches` tells of each output whether it depends on what gradients are taken of. It must be
  /// right for the outputs of all nodes before the one that is entered.
  EqualNodes(const Recording& recording, std::size_t nodes, const std::vector<bool>& reaches);

  /// Enters the next node, in recorded order.
  void enter(NodeId id);
  /// The output that collects the gradient of this one: itself, or the same output of the first
  /// equal node.
  OutputId sum_of(OutputId output) const { return sum_of_[output]; }

 private:
  bool may_equal_others(const Node& node) const;
  bool must_be_same(OutputId input) const;
  std::uint64_t hash(const Node& node) const;
  bool equal(const Node& a, const Node& b) const;
  bool same_type(OutputId a, OutputId b) const;

  const Recording& recording_;
  const std::vector<bool>& reaches_;
  LongList<OutputId> sum_of_;
  LongList<NodeId> table_;  ///< the first of equal nodes, by hash; no_id in free entries
};

}  // namespace chronograd::detail
