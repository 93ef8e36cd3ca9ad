#include <algorithm>

#include "chronograd/graph/error.h"
#include "chronograd/graph/kernels/flush_denormals.h"
#include "chronograd/graph/memory/long_list.h"
#include "chronograd/graph/planning.h"
#include "chronograd/graph/record/execute.h"
#include "chronograd/graph/tape/tape_state.h"

namespace chronograd::detail {

void give_own_memory(Output& output) {
  const Array array = output.array();
  const std::size_t bytes = static_cast<std::size_t>(output.shape.size()) * size_of(output.dtype);
  if (array.dense() && (!output.buffer || output.buffer.capacity() / 2 <= bytes + 64)) return;
  Array own = Array::allocate(output.shape, output.dtype);
  copy(array, own);
  output.buffer = std::move(own.buffer);
  output.data = own.data;
  output.strides = own.strides;
}

class TapeState::StandingIn {
 public:
  StandingIn(TapeState& tape, std::span<const OutputId> wanted)
      : tape_(tape), asked_(wanted.begin(), wanted.end()) {
    for (OutputId& o : asked_) {
      if (!output(o).available) o = tape.to_read(o);
    }
    waiting_.reserve(tape.stand_ins_.size());
    asked_.reserve(asked_.size() + tape.stand_ins_.size());
    for (const StandIn& s : tape.stand_ins_) {
      Output& original = output(s.original);
      if (original.handle == nullptr || original.available) continue;
      asked_.push_back(s.output);
      waiting_.emplace_back(&s, std::exchange(original.handle, nullptr));
    }
  }
  ~StandingIn() {
    for (const auto& [s, handle] : waiting_) output(s->original).handle = handle;
    for (const StandIn& s : tape_.stand_ins_) {
      Output& original = output(s.original);
      const Output& instead = output(s.output);
      if (original.available || !instead.available) continue;
      original.buffer = instead.buffer;
      original.data = instead.data;
      original.strides = instead.strides;
      original.available = true;
    }
  }
  StandingIn(const StandingIn&) = delete;
  StandingIn& operator=(const StandingIn&) = delete;

  std::span<const OutputId> asked() const { return asked_; }

 private:
  Output& output(OutputId id) { return tape_.recording.outputs[id]; }

  TapeState& tape_;
  std::vector<OutputId> asked_;
  std::vector<std::pair<const StandIn*, Value*>> waiting_;
};

// They are sorted, since a plan is looked up by the list of those that wait.
void TapeState::drop_what_nobody_waits_for() {
  LongList<OutputId>& waiting = recording.waiting;
  std::erase_if(waiting, [this](OutputId o) { return recording.outputs[o].handle == nullptr; });
  std::ranges::sort(waiting);
  waiting.erase(std::unique(waiting.begin(), waiting.end()), waiting.end());
}

void TapeState::evaluate(std::span<const OutputId> asked, bool committing) {
  drop_what_nobody_waits_for();
  {
    const FlushDenormals flush;
    const StandingIn standing_in{*this, asked};
    for (const OutputId o : recording.waiting) {
      Output& output = recording.outputs[o];
      if (output.handle != nullptr && output.available) give_own_memory(output);
    }
    if (planning()) {
      compute_planned(standing_in.asked(), committing);
    } else {
      compute(standing_in.asked(), committing);
    }
  }
  if (mode == Mode::forward_only) {
    for (Assignment& a : assignments_) {
      if (a.output == no_id) continue;
      a.value = recording.outputs[a.output].array();
      a.output = no_id;
    }
  }
  publish();
  if (mode == Mode::forward_only) start_over();
}

void TapeState::compute(std::span<const OutputId> asked, bool committing) {
  const LongList<NodeId> needed = needed_for(asked);
  decide_what_to_keep(needed, asked, committing);
  if (!needed.empty()) evaluation_ = plan::unknown_evaluation;
  try {
    run(needed);
  } catch (...) {
    for (const NodeId id : needed) {
      const Node& node = recording.nodes[id];
      for (OutputId o = node.first_output; o < node.first_output + node.outputs; ++o) {
        recording.outputs[o].release();
      }
    }
    throw;
  }
}

void TapeState::throw_overwritten(const Parameter& parameter, const Node* reader) const {
  std::string who = "are needed here";
  if (reader != nullptr) {
    const PlaceIds place = recording.place_of(*reader);
    const std::string op{user_name(recording.original(*reader).op->name, place)};
    who = (reader->partner != no_id ? "the gradient of " : "") + op + where_text(place) + " needs";
  }
  throw TapeError("parameter: the numbers of " + parameter.path() + " that " + who +
                  " were overwritten by a step; take what depends on the old ones before it");
}

// Goes from the newest node that is needed to the oldest. A node reads only what was recorded
// before it, so no node turns out to be needed after it was gone over.
LongList<NodeId> TapeState::needed_for(std::span<const OutputId> asked) {
  LongList<NodeId> needed;
  ++recording.visit;
  NodeId newest = 0;
  std::size_t waiting = 0;
  const auto visit = [&](OutputId output, const Node* reader) {
    const NodeId id = recording.outputs[output].node;
    Node& node = recording.nodes[id];
    if (recording.outputs[output].available || node.visit == recording.visit) return;
    if (node.op == &parameter_op) {
      throw_overwritten(recording.use_of(node).parameter, reader);
    }
    node.visit = recording.visit;
    newest = std::max(newest, id);
    ++waiting;
  };
  for (const OutputId output : asked) visit(output, nullptr);
  for (const OutputId o : recording.waiting) {
    if (recording.outputs[o].handle != nullptr) visit(o, nullptr);
  }
  if (mode == Mode::forward_only) {
    for (const Assignment& a : assignments_) {
      if (a.output != no_id) visit(a.output, nullptr);
    }
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

void TapeState::decide_what_to_keep(std::span<const NodeId> needed, std::span<const OutputId> asked,
                                    bool committing) {
  for (const NodeId id : needed) {
    const Node& node = recording.nodes[id];
    for (OutputId o = node.first_output; o < node.first_output + node.outputs; ++o) {
      Output& output = recording.outputs[o];
      output.uses = 0;
      output.asked = output.keep = output.handle != nullptr;
    }
  }
  for (const OutputId o : asked) recording.outputs[o].asked = recording.outputs[o].keep = true;
  for (const Assignment& a : assignments_) {
    if (a.output != no_id)
      recording.outputs[a.output].asked = recording.outputs[a.output].keep = true;
  }
  const bool gradient_may_come = mode != Mode::forward_only && !committing;
  for (const NodeId id : needed) {
    const Node& node = recording.nodes[id];
    const auto inputs = recording.inputs_of(node);
    for (const OutputId input : inputs) ++recording.outputs[input].uses;
    if (!gradient_may_come || node.partner != no_id || !node.op->differentiable()) continue;
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

void TapeState::run(std::span<const NodeId> needed) {
  for (const NodeId id : needed) {
    const Node& node = recording.nodes[id];
    run_node(node);
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

}  // namespace

void TapeState::run_node(const Node& node) {
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

void TapeState::publish() noexcept {
  for (const OutputId o : recording.waiting) {
    Output& output = recording.outputs[o];
    Value* handle = std::exchange(output.handle, nullptr);
    if (handle == nullptr) continue;
    handle->buffer = output.buffer;
    handle->data = output.data;
    if (mode == Mode::forward_only) handle->serial = 0;  // from now on a constant
    handle->state = Value::State::computed;
    if (handle->references.load(std::memory_order_acquire) == 0) delete handle;
  }
  recording.waiting.clear();
}

void TapeState::start_over() noexcept {
  past_.end(std::move(recording));
  past_ = {opened, static_cast<int>(mode)};
  recording = past_.begin();
  evaluation_ = plan::nothing_evaluated;
  evaluated_nodes_ = 0;
  plans.clear();
}

}  // namespace chronograd::detail
