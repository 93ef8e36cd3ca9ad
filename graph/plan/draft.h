#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "chronograd/graph/memory/long_list.h"
#include "chronograd/graph/record/recording_data.h"

namespace chronograd::plan {

using ValueId = std::uint32_t;

/// The computation that a plan is made for, as the passes see and rewrite it: the needed nodes of a
/// recording in topological order, sorted by what may be done with them.
struct Draft {
  enum class Kind : std::uint8_t {
    view,         ///< its outputs are its input's memory seen otherwise
    elementwise,  ///< a program
    join,         ///< its output is nothing but its inputs side by side
    sum,          ///< the sum of op(inputs 0..k), op(inputs k..2k), ..: see `sum_law.h`
    kernel,       ///< anything else: its op's kernel runs
  };

  struct Node {
    Kind kind;
    const Op* op;
    NodeId recorded;  ///< where attributes and the place for messages come from
    std::uint32_t first_input;
    std::uint32_t inputs;
    ValueId first_value;
    std::uint32_t values;
    std::uint32_t first_summed = 0;
    std::uint32_t summed = 0;  ///< of a sum: how many nodes it runs instead of
  };

  /// A value lies in the memory of its `base`, `offset` bytes on, with `strides`. Only a view has
  /// another base than itself. All this is said as if each node wrote dense memory of its own;
  /// later passes decide where that memory is.
  struct Value {
    Shape shape;
    Strides strides;
    std::int64_t offset = 0;
    ValueId base;
    std::uint32_t node = no_id;  ///< the node that computes it; no_id if its numbers are there
    OutputId output = no_id;     ///< the output of the tape that it is
    std::uint32_t uses = 0;      ///< how many inputs of nodes read it
    DType dtype;
    bool wanted = false;  ///< must have numbers at the end: asked for, or kept for a gradient
    bool asked = false;   ///< must have numbers in dense memory of its own
  };

  detail::LongList<Node> nodes;
  detail::LongList<Value> values;
  detail::LongList<ValueId> inputs;
  std::vector<NodeId> summed;  ///< recorded nodes

  std::span<const ValueId> inputs_of(const Node& node) const {
    return {inputs.data() + node.first_input, node.inputs};
  }
  std::span<const NodeId> recorded_of(const Node& node) const {
    if (node.summed == 0) return {&node.recorded, 1};
    return {summed.data() + node.first_summed, node.summed};
  }
  bool whole(const Value& value) const {
    return value.offset == 0 && value.shape.size() == values[value.base].shape.size();
  }
  const Node* producer(ValueId value) const {
    const std::uint32_t node = values[value].node;
    return node == no_id ? nullptr : &nodes[node];
  }
};

/// Reads the needed nodes of a recording, whose outputs say what is asked for and what is kept.
Draft draft_of(const detail::Recording& recording, std::span<const NodeId> needed);

/// An Inference of a node of a draft, for rules that look at shapes, dtypes and integers.
class NodeInference {
 public:
  NodeInference(const Draft& draft, const detail::Recording& recording, const Draft::Node& node);
  const Inference& operator*() const { return inference_; }

 private:
  std::vector<Array> arrays_;
  std::vector<Inference::Output> outputs_;
  Inference inference_;
};

}  // namespace chronograd::plan
