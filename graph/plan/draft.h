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
    sum,          ///< the sum of op(inputs 0..k), op(inputs k..2k), ..: see the sum law
    kernel,
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

  /// What a value is, seen from the memory it lies in if every node that computes something writes
  /// dense memory of its own: `base` shifted by `offset` bytes, with `strides`.
  struct Value {
    Shape shape;
    Strides strides;
    std::int64_t offset = 0;
    ValueId base;
    std::uint32_t node = no_id;  ///< that computes it; none for what is there already
    OutputId output = no_id;     ///< on the tape
    std::uint32_t uses = 0;
    DType dtype;
    bool wanted = false;  ///< must have numbers at the end: asked for, or kept for a gradient
    bool asked = false;   ///< with memory of its own
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
Draft draft_of(detail::Recording& recording, std::span<const NodeId> needed);

/// Pass: a sum of products that each are used for nothing else becomes one node.
void apply_sum_law(Draft& draft, const detail::Recording& recording);

/// For rules that look at a node: its shapes, dtypes and integers.
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
