#include "chronograd/graph/dumps/outline.h"

#include "chronograd/graph/record/recording_data.h"

namespace chronograd::detail {

NodeKind kind_of(const NodeView& node) {
  if (&node.op() == &parameter_op) return NodeKind::parameter;
  if (&node.op() == &constant_op) return NodeKind::constant;
  if (&node.op() == &number_op) return NodeKind::number;
  return NodeKind::operation;
}

Outline::Outline(RecordingView recording) : recording_(recording) {
  const auto size = static_cast<NodeId>(recording.size());
  scope_of_.resize(size);
  step_of_.resize(size, outside_steps);
  number_.resize(size);
  for (NodeId id = 0; id < size; ++id) {
    const NodeView node = recording[id];
    const NodeKind kind = kind_of(node);
    if (kind == NodeKind::number) continue;
    if (kind == NodeKind::constant) {
      constants_.push_back(id);
      continue;
    }
    const Place place = node.place();
    scope_of_[id] = find_scope(place.scope);
    if (kind == NodeKind::parameter) {
      scopes_[scope_of_[id]].parameters.push_back(id);
    } else {
      step_of_[id] = place.step;
      find_section(scope_of_[id], node.is_gradient(), place.step).nodes.push_back(id);
    }
  }
  number_nodes();
}

std::uint32_t Outline::find_scope(std::string_view path) {
  const auto next = static_cast<std::uint32_t>(scopes_.size());
  const auto [it, added] = scope_ids_.try_emplace(path, next);
  if (added) scopes_.push_back({.path = path, .parameters = {}, .forward = {}, .gradient = {}});
  return it->second;
}

Outline::Section& Outline::find_section(std::uint32_t scope, bool gradient, std::int32_t step) {
  const std::uint64_t key =
      std::uint64_t{scope} << 33 | std::uint64_t{gradient} << 32 | static_cast<std::uint32_t>(step);
  const auto next = static_cast<std::uint32_t>(sections_.size());
  const auto [it, added] = section_ids_.try_emplace(key, next);
  if (added) {
    sections_.push_back({scope, gradient, step, {}});
    std::vector<std::uint32_t>& list = gradient ? scopes_[scope].gradient : scopes_[scope].forward;
    list.insert(step == outside_steps ? list.begin() : list.end(), next);
  }
  return sections_[it->second];
}

void Outline::number_nodes() {
  for (std::uint32_t k = 0; k < constants_.size(); ++k) number_[constants_[k]] = k + 1;
  for (const Scope& scope : scopes_) {
    std::uint32_t outside = 0;
    for (const std::uint32_t k : scope.forward) {
      const Section& section = sections_[k];
      std::uint32_t number = section.step == outside_steps ? 0 : outside;
      for (const NodeId id : section.nodes) number_[id] = ++number;
      if (section.step == outside_steps) outside = number;
    }
  }
  std::vector<std::uint32_t> gradients(recording_.size());
  for (NodeId id = 0; id < recording_.size(); ++id) {
    if (const NodeId partner = recording_[id].partner(); partner != no_id) {
      number_[id] = ++gradients[partner];
    }
  }
}

}  // namespace chronograd::detail
