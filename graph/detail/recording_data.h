#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "chronograd/graph/op.h"
#include "chronograd/graph/parameter.h"
#include "chronograd/graph/recording.h"

namespace chronograd::detail {

/// One recorded read or assign of a parameter.
struct ParameterUse {
  Parameter parameter;
  OutputId leaf = no_id;  ///< where its numbers are: of a read, and of an assign once committed
};

/// The growing lists behind a tape. Everything is an index into them, so that recording a node
/// appends and nothing else.
class Recording {
 public:
  std::vector<Node> nodes;
  std::vector<Output> outputs;
  std::vector<OutputId> inputs;
  std::vector<std::int64_t> integers;
  std::vector<std::uint64_t> slots;
  std::vector<ParameterUse> parameters;  ///< of reads and assigns, whose first slot is the index
  std::vector<Tensor> constants;         ///< from outside; kept so that their addresses stay theirs
  std::unordered_map<const void*, OutputId> leaves;  ///< by value, and by parameter slot
  std::vector<OutputId> waiting;  ///< those with a handle that waits, and some whose handle went
  std::uint64_t hash = 0;

  std::span<const OutputId> inputs_of(const Node& node) const {
    return {inputs.data() + node.first_input, node.inputs};
  }
  Attributes attributes_of(const Node& node) const {
    return {{integers.data() + node.first_integer, node.integers},
            {slots.data() + node.first_slot, node.slots}};
  }
  ParameterUse& use_of(const Node& node) { return parameters[slots[node.first_slot]]; }
  /// Whether gradients end at the node: a parameter's numbers do not depend on what was committed.
  bool is_leaf(const Node& node) const;
  /// Where the node was recorded; that of a gradient shows the place of what it is the gradient of.
  PlaceIds place_of(const Node& node) const {
    const Node* from = &node;
    while (from->partner != no_id) from = &nodes[from->partner];
    return {from->scope, from->step, {from->file, from->line}, from->caller};
  }
  /// The role given to an output, or else to what it belongs to the gradient of; 0 for none.
  std::uint32_t role_of(OutputId output) const;

  /// Appends a node whose outputs have been inferred; all or nothing.
  NodeId append(const Op& op, std::span<const OutputId> node_inputs, Attributes attributes,
                PlaceIds place, std::span<const Inference::Output> node_outputs);
  /// Appends the node that `past` has next, whose inputs and integers are the same.
  NodeId repeat(const Recording& past, std::span<const std::uint64_t> node_slots, PlaceIds place);
  /// Appends the nodes that `past` has next, up to `end`, with the numbers of its leaves.
  void repeat_until(const Recording& past, NodeId end);
  /// Forgets everything but the memory of the lists.
  void clear();
};

Place place_of(const PlaceIds& ids);

/// The scope a node with these inputs belongs to when none is open: that of a parameter it reads,
/// else of its first input that has one.
std::uint32_t inherited_scope(const Recording& recording, std::span<const OutputId> inputs);

/// The ops of leaves and effects, which this module defines itself.
extern const Op constant_op;
extern const Op number_op;
extern const Op parameter_op;
extern const Op assign_op;

}  // namespace chronograd::detail
