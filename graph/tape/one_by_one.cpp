#include "chronograd/graph/tape/one_by_one.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "chronograd/graph/record/execute.h"
#include "chronograd/graph/tape/own_memory.h"

namespace chronograd::detail {
namespace {

// The input whose memory output 0 can take over, or -1: no other node reads the input later, and no
// user, view or parameter holds its memory.
int input_to_take_over(const Op& op, std::span<const Array> inputs, const Array& output,
                       std::uint32_t last_read_here) {
  const std::uint32_t allowed = (op.program ? ~0u : op.algebra.in_place) & last_read_here;
  for (std::uint32_t k = 0; k < std::min<std::size_t>(inputs.size(), 32); ++k) {
    const Array& in = inputs[k];
    // One reference is the output's on the tape and one is in `inputs`; a third one would be
    // somebody who still needs the memory.
    if ((allowed >> k & 1) != 0 && in.shape == output.shape && in.dtype == output.dtype &&
        in.buffer.references() == 2 && in.dense()) {
      return static_cast<int>(k);
    }
  }
  return -1;
}

void run_node(Recording& recording, const Node& node) {
  thread_local std::vector<Array> in;
  thread_local std::vector<Array> out;
  const struct Clear {
    ~Clear() {
      in.clear();
      out.clear();
    }
  } clear;
  std::uint32_t last_read_here = 0;
  const auto inputs = recording.inputs_of(node);
  for (std::uint32_t k = 0; k < node.inputs; ++k) {
    const Output& input = recording.outputs[inputs[k]];
    in.push_back(input.array());
    const bool computed_here = recording.nodes[input.node].visit == recording.visit;
    if (k < 32 && input.uses == 1 && computed_here && !input.keep) last_read_here |= 1u << k;
  }
  for (std::uint32_t k = 0; k < node.outputs; ++k) {
    const Output& output = recording.outputs[node.first_output + k];
    Array array;
    array.shape = output.shape;
    array.dtype = output.dtype;
    out.push_back(array);
  }
  const int take_over =
      node.outputs == 1 ? input_to_take_over(*node.op, in, out[0], last_read_here) : -1;
  execute(*node.op, recording.attributes_of(node), recording.place_of(node), in, out, take_over);
  for (std::uint32_t k = 0; k < node.outputs; ++k) {
    Output& output = recording.outputs[node.first_output + k];
    output.buffer = std::move(out[k].buffer);
    output.data = out[k].data;
    output.strides = out[k].strides;
    output.available = true;
    if (output.asked) give_own_memory(output);
  }
}

}  // namespace

void run_one_by_one(Recording& recording, std::span<const NodeId> needed) {
  for (const NodeId id : needed) {
    const Node& node = recording.nodes[id];
    run_node(recording, node);
    for (const OutputId input : recording.inputs_of(node)) {
      Output& in = recording.outputs[input];
      const bool computed_here = recording.nodes[in.node].visit == recording.visit;
      if (--in.uses == 0 && computed_here && !in.keep) in.release();
    }
    for (OutputId o = node.first_output; o < node.first_output + node.outputs; ++o) {
      Output& out = recording.outputs[o];
      if (out.uses == 0 && !out.keep) out.release();
    }
  }
}

}  // namespace chronograd::detail
