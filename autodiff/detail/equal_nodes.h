#pragma once

#include <vector>

#include "chronograd/graph/memory/long_list.h"
#include "chronograd/graph/record/recording_data.h"

namespace chronograd::detail {

/// Nodes that are one to a gradient: they have the same op, integers and inputs, and a rule that
/// reads no floating numbers. The gradients of their outputs are summed first, and the rule is
/// asked once: a view that each of n steps makes anew, to read a part of it, costs the gradient of
/// one view instead of n.
class EqualNodes {
 public:
  /// `reaches` tells of the outputs before the node that is taken in whether they depend on what
  /// gradients are taken of.
  EqualNodes(const Recording& recording, std::size_t nodes, const std::vector<bool>& reaches);

  /// Takes in the next node, in recorded order.
  void enter(NodeId id);
  /// The output whose sum the output's gradient goes to: itself, or that of the first equal node.
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
  LongList<NodeId> table_;  ///< by hash; no_id where there is none
};

}  // namespace chronograd::detail
