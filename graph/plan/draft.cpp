#include "chronograd/graph/plan/draft.h"

#include <algorithm>
#include <bit>

#include "chronograd/graph/memory/hash.h"
#include "chronograd/graph/memory/long_list.h"
#include "chronograd/graph/memory/nowhere.h"
#include "chronograd/graph/record/execute.h"

namespace chronograd::plan {
namespace {

using detail::Node;
using detail::Output;
using detail::Recording;

class Reader {
 public:
  Reader(const Recording& recording, std::span<const NodeId> needed)
      : recording_(recording),
        value_of_output_(scratch(recording.outputs.size())),
        nodes_by_hash_(std::bit_ceil(2 * needed.size() + 1), no_id) {
    draft_.nodes.reserve(needed.size());
    draft_.values.reserve(needed.size() * 3 / 2);
    draft_.inputs.reserve(needed.size() * 2);
    for (const NodeId id : needed) read(id);
    pass_on_what_is_asked();
  }

  Draft take() { return std::move(draft_); }

 private:
  // The list keeps the numbers of earlier drafts: to clear it for each plan would cost more than
  // to make a small plan on a long tape. An output that a needed node computes is always entered
  // before it is read; one that is there already is looked at again.
  static detail::LongList<ValueId>& scratch(std::size_t outputs) {
    thread_local detail::LongList<ValueId> list;
    if (list.size() < outputs) list.resize(outputs);
    return list;
  }

  ValueId value_of(OutputId id) {
    const Output& output = recording_.outputs[id];
    ValueId& value = value_of_output_[id];
    if (output.available && (value >= draft_.values.size() || draft_.values[value].output != id)) {
      value = add(output, id);
      draft_.values.back().strides = output.strides;
    }
    return value;
  }

  ValueId add(const Output& output, OutputId id) {
    const auto value = static_cast<ValueId>(draft_.values.size());
    draft_.values.push_back(
        {.shape = output.shape, .strides = {}, .base = value, .output = id, .dtype = output.dtype});
    return value;
  }

  void read(NodeId id) {
    const Node& node = recording_.nodes[id];
    const auto first_input = static_cast<std::uint32_t>(draft_.inputs.size());
    for (const OutputId input : recording_.inputs_of(node)) {
      draft_.inputs.push_back(value_of(input));
    }
    if (runs_already(node, first_input)) return draft_.inputs.resize(first_input);
    for (std::size_t k = first_input; k < draft_.inputs.size(); ++k) {
      ++draft_.values[draft_.inputs[k]].uses;
    }
    const auto number = static_cast<std::uint32_t>(draft_.nodes.size());
    const auto first_value = static_cast<ValueId>(draft_.values.size());
    for (OutputId o = node.first_output; o < node.first_output + node.outputs; ++o) {
      const Output& output = recording_.outputs[o];
      value_of_output_[o] = add(output, o);
      Draft::Value& value = draft_.values.back();
      value.node = number;
      value.asked = output.asked;
      value.wanted = output.asked || output.keep;
    }
    draft_.nodes.push_back(
        {.kind = Draft::Kind::kernel,
         .op = node.op,
         .recorded = id,
         .first_input = first_input,
         .inputs = static_cast<std::uint32_t>(draft_.inputs.size() - first_input),
         .first_value = first_value,
         .values = node.outputs});
    draft_.nodes.back().kind = kind_of(draft_.nodes.back());
  }

  // Whether an equal node was read before, so that its values can serve for those of this one.
  bool runs_already(const Node& node, std::uint32_t first_input) {
    if (node.slots > 0 || node.op->algebra.random || node.op->algebra.effect) return false;
    const std::span<const ValueId> inputs{draft_.inputs.data() + first_input, node.inputs};
    const auto integers = recording_.attributes_of(node).integers;
    std::uint64_t hash = reinterpret_cast<std::uintptr_t>(node.op);
    for (const ValueId input : inputs) hash = detail::mixed(hash, input);
    for (const std::int64_t i : integers) hash = detail::mixed(hash, static_cast<std::uint64_t>(i));
    const std::size_t mask = nodes_by_hash_.size() - 1;
    std::size_t at = hash & mask;
    for (; nodes_by_hash_[at] != no_id; at = (at + 1) & mask) {
      const Draft::Node& other = draft_.nodes[nodes_by_hash_[at]];
      if (other.op != node.op || !std::ranges::equal(draft_.inputs_of(other), inputs)) continue;
      const Node& recorded = recording_.nodes[other.recorded];
      if (!std::ranges::equal(recording_.attributes_of(recorded).integers, integers)) continue;
      return serves(other, node);
    }
    nodes_by_hash_[at] = static_cast<std::uint32_t>(draft_.nodes.size());
    return false;
  }

  bool serves(const Draft::Node& equal, const Node& node) {
    for (OutputId o = node.first_output; o < node.first_output + node.outputs; ++o) {
      if (recording_.outputs[o].asked || recording_.outputs[o].keep) return false;
    }
    for (std::uint32_t k = 0; k < node.outputs; ++k) {
      value_of_output_[node.first_output + k] = equal.first_value + k;
    }
    return true;
  }

  Draft::Kind kind_of(const Draft::Node& node) {
    if (node.op->view != nullptr && see(node)) return Draft::Kind::view;
    for (ValueId v = node.first_value; v < node.first_value + node.values; ++v) {
      draft_.values[v].strides = Strides::dense(draft_.values[v].shape);
    }
    if (detail::runs_program(*node.op)) return Draft::Kind::elementwise;
    return node.op->join != nullptr ? Draft::Kind::join : Draft::Kind::kernel;
  }

  // Asks the view rule where the node's outputs lie in its input; false if it cannot be a view.
  bool see(const Draft::Node& node) {
    const Draft::Value from = draft_.values[draft_.inputs[node.first_input]];
    const Array input{{}, detail::nowhere() + from.offset, from.shape, from.strides, from.dtype};
    outputs_.resize(node.values);
    for (std::uint32_t k = 0; k < node.values; ++k) {
      const Draft::Value& value = draft_.values[node.first_value + k];
      outputs_[k] = {{}, nullptr, value.shape, {}, value.dtype};
    }
    const Node& recorded = recording_.nodes[node.recorded];
    const Run run{*node.op,
                  recording_.attributes_of(recorded),
                  recording_.place_of(recorded),
                  {&input, 1},
                  outputs_};
    if (!node.op->view(run)) return false;
    for (std::uint32_t k = 0; k < node.values; ++k) {
      Draft::Value& value = draft_.values[node.first_value + k];
      value.strides = outputs_[k].strides;
      value.base = from.base;
      value.offset = outputs_[k].data - detail::nowhere();
    }
    return true;
  }

  // When a view shows all of a result and is asked for, as the value of an assignment is, the
  // result is asked for as well: then it is computed in memory of its own at once instead of being
  // copied there.
  void pass_on_what_is_asked() {
    for (Draft::Value& value : draft_.values) {
      Draft::Value& base = draft_.values[value.base];
      if (value.asked && draft_.whole(value) && value.strides == Strides::dense(value.shape)) {
        base.asked = base.wanted = true;
      }
    }
  }

  const Recording& recording_;
  detail::LongList<ValueId>& value_of_output_;
  Draft draft_;
  detail::LongList<std::uint32_t> nodes_by_hash_;  ///< of the draft; no_id where there is none
  std::vector<Array> outputs_;
};

}  // namespace

Draft draft_of(const Recording& recording, std::span<const NodeId> needed) {
  return Reader(recording, needed).take();
}

namespace {

std::vector<Array> arrays_of(const Draft& draft, const Draft::Node& node) {
  std::vector<Array> arrays;
  arrays.reserve(node.inputs);
  for (const ValueId input : draft.inputs_of(node)) {
    const Draft::Value& value = draft.values[input];
    arrays.push_back({{}, nullptr, value.shape, value.strides, value.dtype});
  }
  return arrays;
}

}  // namespace

NodeInference::NodeInference(const Draft& draft, const Recording& recording,
                             const Draft::Node& node)
    : arrays_(arrays_of(draft, node)),
      inference_(*node.op, recording.attributes_of(recording.nodes[node.recorded]), {},
                 {nullptr, {}, arrays_}, outputs_) {}

}  // namespace chronograd::plan
