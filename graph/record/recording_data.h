#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "chronograd/graph/memory/long_list.h"
#include "chronograd/graph/op.h"
#include "chronograd/graph/parameter.h"
#include "chronograd/graph/record/leaves.h"
#include "chronograd/graph/record/node.h"
#include "chronograd/graph/record/reel.h"

namespace chronograd::detail {

/// One recorded read or assign of a parameter.
struct ParameterUse {
  Parameter parameter;
  OutputId leaf = no_id;  ///< where its numbers are: of a read, and of an assign once committed
};

/// A note that the first `nodes` nodes, whether recorded or ahead, are those that an evaluation
/// with this number found.
struct Evaluated {
  std::size_t nodes;
  std::uint64_t number;
};

/// The growing lists behind a tape. Everything is an index into them, so that recording a node
/// appends and nothing else. What an earlier tape recorded may lie ahead, to be taken up again.
class Recording {
 public:
  Reel<Node> nodes;
  Reel<Output> outputs;
  Reel<OutputId> inputs;
  Reel<std::int64_t> integers;
  LongList<std::uint64_t> slots;
  std::vector<ParameterUse> parameters;  ///< reads and assignments; a node's slot 0 is the index
  /// Tensors from outside, kept alive so that no other tensor gets the address of one.
  std::vector<Tensor> constants;
  std::unordered_map<const void*, OutputId> leaves;  ///< by address of a value or parameter slot
  LongList<OutputId> waiting;  ///< the outputs whose handles wait, and some whose handle is gone
  std::uint64_t hash = 0;
  std::vector<Evaluated> evaluated;  ///< by number of nodes, ascending
  std::uint32_t visit = 0;           ///< the number of the last evaluation that marked nodes

  std::span<const OutputId> inputs_of(const Node& node) const {
    return {inputs.data() + node.first_input, node.inputs};
  }
  std::span<const std::int64_t> integers_of(const Node& node) const {
    return {integers.data() + node.first_integer, node.integers};
  }
  Attributes attributes_of(const Node& node) const {
    return {integers_of(node), {slots.data() + node.first_slot, node.slots}};
  }
  ParameterUse& use_of(const Node& node) { return parameters[slots[node.first_slot]]; }
  /// Whether gradients end at the node: a parameter's numbers do not depend on what was committed.
  bool is_leaf(const Node& node) const;
  /// The place where the node was recorded. A node of a gradient shows the place of the node that
  /// it is the gradient of.
  PlaceIds place_of(const Node& node) const {
    const Node& from = original(node);
    return {from.scope, from.step, {from.file, from.line}, from.caller};
  }
  /// The node itself, or the node that it is the gradient of.
  const Node& original(const Node& node) const {
    const Node* from = &node;
    while (from->partner != no_id) from = &nodes[from->partner];
    return *from;
  }
  /// The role of an output, as a number of `intern_name`. A gradient has that of the output that it
  /// belongs to. 0 without one.
  std::uint32_t role_of(OutputId output) const;

  /// Appends a node whose outputs have been inferred. When it throws, nothing was appended.
  NodeId append(const Op& op, std::span<const OutputId> node_inputs, Attributes attributes,
                PlaceIds place, std::span<const Inference::Output> node_outputs);
  /// Notes that the nodes so far are those of an evaluation with this number, and tells it later.
  void remember_evaluation(std::uint64_t number);
  bool is_evaluation(std::uint64_t number) const;
  /// Whether a node lies ahead: one that an earlier tape recorded after the same nodes.
  bool has_more() const { return nodes.size() < nodes.extent(); }
  /// Whether the node ahead has such outputs.
  bool will_have(std::span<const Inference::Output> node_outputs) const;
  /// Takes up the node ahead, which has the same inputs and integers, and records it so.
  NodeId repeat(std::span<const std::uint64_t> node_slots, const PlaceIds& place);
  /// Takes up the nodes ahead, up to `end`.
  void repeat_until(NodeId end);
  /// Goes back to the beginning. What was recorded lies ahead then, without numbers or handles.
  void rewind() noexcept;
  /// Continues what the other has recorded: moves it here and rewinds the other. This recording
  /// must be at its beginning, and what lies ahead must begin with the same nodes, or nothing may
  /// lie ahead.
  void continue_from(Recording& other);
  /// Forgets everything but the memory of the lists.
  void clear() noexcept;
  /// How much memory the lists take, with what lies ahead.
  std::size_t bytes() const;
};

Place place_of(const PlaceIds& ids);
/// For the end of a message: " (model/encoder, main.cpp:14)", or empty.
std::string where_text(const PlaceIds& ids);
/// The name that messages give an op: that of the function of ops it was called in, else its own.
std::string_view user_name(std::string_view op, const PlaceIds& ids);

/// Marks the scope of a node that was recorded in none and shows that of an input.
inline constexpr std::uint32_t from_input = 0x80000000;

/// The scope a node with these inputs belongs to when none is open: that of a parameter it reads,
/// else of its first input that has one, marked `from_input`.
std::uint32_t inherited_scope(const Recording& recording, std::span<const OutputId> inputs);

}  // namespace chronograd::detail
