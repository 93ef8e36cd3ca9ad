// How a tape assigns to parameters.
#include <algorithm>
#include <utility>

#include "chronograd/graph/error.h"
#include "chronograd/graph/record/parameter_slot.h"
#include "chronograd/graph/tape/tape_state.h"

namespace chronograd::detail {

std::vector<OutputId> TapeState::leaves_of(const Parameter& parameter) const {
  std::vector<OutputId> leaves;
  for (const ParameterUse& use : recording.parameters) {
    if (use.parameter == parameter && use.leaf != no_id) leaves.push_back(use.leaf);
  }
  return leaves;
}

void TapeState::assign(const Parameter& parameter, const Tensor& value, SourceLine where) {
  ParameterSlot& slot = parameter.slot();
  std::uint64_t nobody = 0;
  const bool first = slot.assigned_by.compare_exchange_strong(nobody, serial);
  if (!first && nobody != serial) {
    throw TapeError("assign: " + slot.path +
                    " has an uncommitted assignment on another open tape; one tape at a time may "
                    "assign a parameter" +
                    where_text(current_place(where)));
  }
  try {
    record_assign(parameter, value, first, where);
  } catch (...) {
    if (first) slot.assigned_by = 0;
    throw;
  }
}

// `first` tells that no other assignment of this tape to the parameter waits for a commit.
void TapeState::record_assign(const Parameter& parameter, const Tensor& value, bool first,
                              SourceLine where) {
  const ParameterSlot& slot = parameter.slot();
  const OutputId input[] = {to_read(output_of(value, "assign", current_place(where)))};
  const std::uint64_t index[] = {recording.parameters.size()};
  const Inference::Output inferred{slot.shape, slot.dtype};
  OutputId& latest = recording.leaves.try_emplace(&slot, no_id).first->second;
  recording.parameters.push_back({parameter});
  const Attributes attributes{{}, index};
  const NodeId node =
      past_.expects(recording, assign_op, input, attributes, no_id, &inferred)
          ? recording.repeat(index, {.scope = slot.scope})
          : recording.append(assign_op, input, attributes, {.scope = slot.scope}, {&inferred, 1});
  auto it = assignments_.end();
  if (!first) {
    it = std::find_if(assignments_.begin(), assignments_.end(),
                      [&](const Assignment& a) { return a.parameter == parameter; });
  }
  if (it == assignments_.end()) it = assignments_.insert(it, {parameter, no_id, {}});
  latest = it->output = recording.nodes[node].first_output;
}

// After a commit the old numbers of the parameter cannot be read any more, so its leaves lose them.
// The assigned value becomes its newest leaf.
void TapeState::replace_leaves(const Assignment& assignment) noexcept {
  for (ParameterUse& use : recording.parameters) {
    if (use.leaf != no_id && use.parameter == assignment.parameter) {
      recording.outputs[use.leaf].release();
    }
  }
  if (assignment.output != no_id) {
    const Node& node = recording.nodes[recording.outputs[assignment.output].node];
    recording.use_of(node).leaf = assignment.output;
  }
}

void TapeState::commit() {
  compute_assigned();
  take_effect();
  warn_when_left_open();
}

bool TapeState::commit_if(const std::function<bool()>& condition) {
  bool holds = false;
  try {
    compute_assigned();
    const std::size_t recorded = recording.nodes.size();
    holds = condition();
    if (recording.nodes.size() != recorded) {
      throw TapeError("commit_if: the condition recorded ops; it may only look at numbers");
    }
  } catch (...) {
    withdraw();
    throw;
  }
  if (holds) {
    take_effect();
  } else {
    withdraw();
  }
  warn_when_left_open();
  return holds;
}

void TapeState::compute_assigned() {
  std::vector<OutputId> asked;
  for (const Assignment& a : assignments_) {
    if (a.output != no_id) asked.push_back(a.output);
  }
  committed_.reserve(committed_.size() + asked.size());
  evaluate(asked, true);
}

// Nothing here throws, so that either all assignments take effect or none does.
void TapeState::take_effect() noexcept {
  for (Assignment& a : assignments_) {
    if (a.output != no_id) {
      a.value = recording.outputs[a.output].array();
      committed_.push_back(a.output);
    }
    ParameterSlot& slot = a.parameter.slot();
    slot.write(std::move(a.value));
    slot.assigned_by = 0;
    replace_leaves(a);
  }
  assignments_.clear();
}

// When a parameter is read again after this, its leaf is the latest one that has numbers, as before
// the assignments.
void TapeState::withdraw() noexcept {
  if (assignments_.empty()) return;
  const auto leaf_of = [this](const ParameterUse& use) {
    return recording.leaves.find(&use.parameter.slot());
  };
  const auto assigned = [this](const ParameterUse& use) {
    return use.parameter.slot().assigned_by == serial;
  };
  for (const ParameterUse& use : recording.parameters) {
    if (const auto it = leaf_of(use); it != recording.leaves.end() && assigned(use)) {
      it->second = no_id;
    }
  }
  for (const ParameterUse& use : recording.parameters) {
    if (use.leaf == no_id || !recording.outputs[use.leaf].available || !assigned(use)) continue;
    if (const auto it = leaf_of(use); it != recording.leaves.end()) it->second = use.leaf;
  }
  for (const Assignment& a : assignments_) a.parameter.slot().assigned_by = 0;
  assignments_.clear();
}

}  // namespace chronograd::detail
