#include "chronograd/graph/tape/needed.h"

#include <algorithm>
#include <string>

#include "chronograd/graph/error.h"

namespace chronograd::detail {
namespace {

[[noreturn]] void throw_overwritten(const Recording& recording, const Parameter& parameter,
                                    const Node* reader, SourceLine where) {
  std::string who = "are needed here";
  if (reader != nullptr) {
    const PlaceIds place = recording.place_of(*reader);
    const std::string op{user_name(recording.original(*reader).op->name, place)};
    who = (reader->partner != no_id ? "the gradient of " : "") + op + where_text(place) + " needs";
  }
  throw TapeError("parameter: the numbers of " + parameter.path() + " that " + who +
                  " were overwritten by a step; take what depends on the old ones before it" +
                  chronograd::where_text(where));
}

}  // namespace

// Goes from the newest node that is needed to the oldest. A node reads only what was recorded
// before it, so no node turns out to be needed after it was gone over.
LongList<NodeId> needed_nodes(Recording& recording, std::span<const OutputId> asked,
                              SourceLine where) {
  LongList<NodeId> needed;
  ++recording.visit;
  NodeId newest = 0;
  std::size_t waiting = 0;
  const auto visit = [&](OutputId output, const Node* reader) {
    const NodeId id = recording.outputs[output].node;
    Node& node = recording.nodes[id];
    if (recording.outputs[output].available || node.visit == recording.visit) return;
    if (node.op == &parameter_op) {
      throw_overwritten(recording, recording.use_of(node).parameter, reader, where);
    }
    node.visit = recording.visit;
    newest = std::max(newest, id);
    ++waiting;
  };
  for (const OutputId output : asked) visit(output, nullptr);
  for (const OutputId o : recording.waiting) {
    if (recording.outputs[o].handle != nullptr) visit(o, nullptr);
  }
  for (NodeId id = newest + 1; waiting > 0 && id-- > 0;) {
    const Node& node = recording.nodes[id];
    if (node.visit != recording.visit) continue;
    --waiting;
    needed.push_back(id);
    for (const OutputId input : recording.inputs_of(node)) visit(input, &node);
  }
  std::ranges::reverse(needed);
  return needed;
}

void decide_what_to_keep(Recording& recording, std::span<const NodeId> needed,
                         std::span<const OutputId> asked, const Effects& effects,
                         bool for_gradients) {
  for (const NodeId id : needed) {
    const Node& node = recording.nodes[id];
    for (OutputId o = node.first_output; o < node.first_output + node.outputs; ++o) {
      Output& output = recording.outputs[o];
      output.uses = 0;
      output.asked = output.keep = output.handle != nullptr;
    }
  }
  const auto ask = [&](OutputId o) {
    recording.outputs[o].asked = recording.outputs[o].keep = true;
  };
  std::ranges::for_each(asked, ask);
  effects.for_each_waiting(ask);
  for (const NodeId id : needed) {
    const Node& node = recording.nodes[id];
    const auto inputs = recording.inputs_of(node);
    for (const OutputId input : inputs) ++recording.outputs[input].uses;
    if (!for_gradients || node.partner != no_id || !node.op->differentiable()) continue;
    Reads reads;
    for (int k = 0; k < static_cast<int>(std::min<std::uint32_t>(node.inputs, 3)); ++k) {
      if (!is_floating(recording.outputs[inputs[static_cast<std::size_t>(k)]].dtype)) continue;
      reads.inputs |= node.op->reads_for(k).inputs;
      reads.outputs |= node.op->reads_for(k).outputs;
    }
    for (std::uint32_t k = 0; k < std::min<std::uint32_t>(node.inputs, 32); ++k) {
      if ((reads.inputs >> k & 1) != 0) recording.outputs[inputs[k]].keep = true;
    }
    for (std::uint32_t k = 0; k < std::min<std::uint32_t>(node.outputs, 32); ++k) {
      if ((reads.outputs >> k & 1) != 0) recording.outputs[node.first_output + k].keep = true;
    }
  }
}

}  // namespace chronograd::detail
