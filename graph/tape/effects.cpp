#include "chronograd/graph/tape/effects.h"

#include <algorithm>
#include <string>
#include <utility>

#include "chronograd/graph/error.h"
#include "chronograd/graph/record/parameter_slot.h"

namespace chronograd::detail {

Effects::~Effects() {
  for (const Assignment& a : assignments_) a.parameter.slot().assigned_by = 0;
}

void Effects::assign(const Parameter& parameter, OutputId value, const PlaceIds& place) {
  ParameterSlot& slot = parameter.slot();
  std::uint64_t nobody = 0;
  const bool first = slot.assigned_by.compare_exchange_strong(nobody, serial_);
  if (!first && nobody != serial_) {
    throw TapeError("assign: " + slot.path +
                    " has an uncommitted assignment on another open tape; one tape at a time may "
                    "assign a parameter" +
                    where_text(place));
  }
  try {
    record(parameter, value, first);
  } catch (...) {
    if (first) slot.assigned_by = 0;
    throw;
  }
}

// `first` tells that nothing waits for the parameter yet.
void Effects::record(const Parameter& parameter, OutputId value, bool first) {
  const ParameterSlot& slot = parameter.slot();
  const std::uint64_t index[] = {recording_.parameters.size()};
  const Inference::Output inferred{slot.shape, slot.dtype};
  OutputId& latest = recording_.leaves.try_emplace(&slot, no_id).first->second;
  recording_.parameters.push_back({parameter});
  const OutputId input[] = {value};
  const Attributes attributes{{}, index};
  const NodeId node =
      past_.expects(recording_, assign_op, input, attributes, no_id, &inferred)
          ? recording_.repeat(index, {.scope = slot.scope})
          : recording_.append(assign_op, input, attributes, {.scope = slot.scope}, {&inferred, 1});
  auto it = assignments_.end();
  if (!first) it = std::ranges::find(assignments_, parameter, &Assignment::parameter);
  if (it == assignments_.end()) it = assignments_.insert(it, {parameter, no_id, {}});
  latest = it->output = recording_.nodes[node].first_output;
}

std::vector<OutputId> Effects::waiting() const {
  std::vector<OutputId> outputs;
  for_each_waiting([&](OutputId o) { outputs.push_back(o); });
  return outputs;
}

void Effects::keep_numbers() {
  for (Assignment& a : assignments_) {
    if (a.output == no_id) continue;
    a.value = recording_.outputs[a.output].array();
    a.output = no_id;
  }
}

const Array* Effects::kept_numbers(const Parameter& parameter) const {
  const auto it = std::ranges::find(assignments_, parameter, &Assignment::parameter);
  return it == assignments_.end() ? nullptr : &it->value;
}

void Effects::reserve() { committed_.reserve(committed_.size() + assignments_.size()); }

// Nothing here throws, so that either all assignments take effect or none does.
void Effects::take_effect() noexcept {
  for (Assignment& a : assignments_) {
    if (a.output != no_id) {
      a.value = recording_.outputs[a.output].array();
      committed_.push_back(a.output);
    }
    ParameterSlot& slot = a.parameter.slot();
    slot.write(std::move(a.value));
    slot.assigned_by = 0;
    replace_leaves(a);
  }
  assignments_.clear();
}

// After a commit the old numbers of the parameter cannot be read any more, so its leaves lose them.
// The assigned value becomes its newest leaf.
void Effects::replace_leaves(const Assignment& assignment) noexcept {
  for (ParameterUse& use : recording_.parameters) {
    if (use.leaf != no_id && use.parameter == assignment.parameter) {
      recording_.outputs[use.leaf].release();
    }
  }
  if (assignment.output != no_id) {
    const Node& node = recording_.nodes[recording_.outputs[assignment.output].node];
    recording_.use_of(node).leaf = assignment.output;
  }
}

// When a parameter is read again after this, its leaf is the latest one that has numbers, as before
// the assignments.
void Effects::withdraw() noexcept {
  if (assignments_.empty()) return;
  const auto leaf_of = [this](const ParameterUse& use) {
    return recording_.leaves.find(&use.parameter.slot());
  };
  const auto assigned = [this](const ParameterUse& use) {
    return use.parameter.slot().assigned_by == serial_;
  };
  for (const ParameterUse& use : recording_.parameters) {
    if (const auto it = leaf_of(use); it != recording_.leaves.end() && assigned(use)) {
      it->second = no_id;
    }
  }
  for (const ParameterUse& use : recording_.parameters) {
    if (use.leaf == no_id || !recording_.outputs[use.leaf].available || !assigned(use)) continue;
    if (const auto it = leaf_of(use); it != recording_.leaves.end()) it->second = use.leaf;
  }
  for (const Assignment& a : assignments_) a.parameter.slot().assigned_by = 0;
  assignments_.clear();
}

std::vector<OutputId> Effects::leaves_of(const Parameter& parameter) const {
  std::vector<OutputId> leaves;
  for (const ParameterUse& use : recording_.parameters) {
    if (use.parameter == parameter && use.leaf != no_id) leaves.push_back(use.leaf);
  }
  return leaves;
}

}  // namespace chronograd::detail
