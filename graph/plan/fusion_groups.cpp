#include "chronograd/graph/plan/fusion_groups.h"

#include <algorithm>
#include <numeric>

#include "chronograd/graph/plan/node_program.h"

namespace chronograd::plan {
namespace {

using Kind = Draft::Kind;

// The most registers of a node that is computed part by part. A node may read three such parts, and
// must still fit a group.
constexpr std::uint32_t most_registers_of_part = 70;

}  // namespace

FusionGroups::FusionGroups(const Draft& draft, Parts& parts)
    : draft_(draft),
      parts_(parts),
      level_(draft.values.size()),
      leader_(draft.nodes.size()),
      groups_(draft.nodes.size()) {
  std::iota(leader_.begin(), leader_.end(), 0u);
  form();
  join_siblings();
}

std::uint32_t FusionGroups::of(std::uint32_t n) {
  if (!has_program(draft_, draft_.nodes[n]) || parts_.in_parts[n]) return no_id;
  const std::uint32_t first = leader(n);
  // A group of reductions only is left to the ops' kernels, which the row law can join.
  return groups_[first].elementwise ? first : no_id;
}

std::uint32_t FusionGroups::leader(std::uint32_t n) {
  while (leader_[n] != n) n = leader_[n] = leader_[leader_[n]];
  return n;
}

// Goes over the nodes in order and gives each its level: that of its inputs, or one more where
// there is a border.
void FusionGroups::form() {
  for (std::uint32_t n = 0; n < draft_.nodes.size(); ++n) {
    const Draft::Node& node = draft_.nodes[n];
    if (node.kind == Kind::view) continue;
    std::uint32_t level = 0;
    for (const ValueId input : draft_.inputs_of(node)) {
      const ValueId base = draft_.values[input].base;
      if (draft_.producer(base) == nullptr || can_wait_for(n, input)) continue;
      level = std::max(level, level_[base] + (may_join(n, input) ? 0u : 1u));
    }
    for (const ValueId input : draft_.inputs_of(node)) {
      if (can_wait_for(n, input)) level_[input] = level;
    }
    if (has_program(draft_, node)) {
      groups_[n] = alone(n);
      if (groups_[n].weight > most_registers_of_part) parts_.in_parts[n] = false;
      if (!parts_.in_parts[n] && !join(n, level)) ++level;
      groups_[leader(n)].level = level;
    }
    for (ValueId v = node.first_value; v < node.first_value + node.values; ++v) {
      level_[v] = level;
    }
  }
}

bool FusionGroups::may_join(std::uint32_t n, ValueId input) const {
  const ValueId base = draft_.values[input].base;
  if (!has_program(draft_, draft_.nodes[n]) || !has_program(draft_, *draft_.producer(base))) {
    return false;
  }
  if (parts_.in_parts[node_of(base)]) return input == base || !parts_.in_parts[n];
  return !parts_.in_parts[n] && reads_register(draft_.nodes[n], input);
}

// Whether the value can be computed as late as the node that reads it: no other node reads it, and
// all that it is made of is there from the start. Its level is then raised to that of the node. An
// optimizer scales its old moments at level 0, and needs them where the gradients are.
bool FusionGroups::can_wait_for(std::uint32_t n, ValueId input) const {
  const Draft::Value& value = draft_.values[input];
  const Draft::Node* from = draft_.producer(input);
  return from != nullptr && value.base == input && value.uses == 1 && !value.wanted &&
         may_join(n, input) && std::ranges::all_of(draft_.inputs_of(*from), [&](ValueId v) {
           return draft_.producer(draft_.values[v].base) == nullptr;
         });
}

// Whether the node can read the value from a register: as an element, or as a number of the row.
bool FusionGroups::reads_register(const Draft::Node& reader, ValueId input) const {
  const ValueId v = in_registers(draft_, input);
  if (draft_.values[v].base != v) return false;
  const Draft::Node& from = *draft_.producer(v);
  const Shape over = loop_shape(draft_, reader);
  const Shape shape = draft_.values[v].shape;
  return fits_registers(draft_, from, reader) && (shape == over || shape == one_for_each_row(over));
}

FusionGroups::Group FusionGroups::alone(std::uint32_t n) const {
  const Draft::Node& node = draft_.nodes[n];
  Group group{.weight = static_cast<std::uint32_t>(instructions_of(*node.op).size()) + node.inputs,
              .widest = n,
              .dtype = compute_dtype(draft_, node),
              .elementwise = node.kind == Kind::elementwise,
              .reduces = node.kind != Kind::elementwise};
  for (const ValueId input : draft_.inputs_of(node)) {
    const std::uint32_t from = node_of(draft_.values[input].base);
    if (from != no_id && parts_.in_parts[from]) group.weight += groups_[from].weight;
  }
  return group;
}

// The two groups as one. Nothing if the dtypes of their registers differ, or the shapes they go
// over. The shape of one may be the rows of the other's, if the one has no reductions itself.
std::optional<FusionGroups::Group> FusionGroups::together(const Group& a, const Group& b) const {
  if (a.dtype != b.dtype) return std::nullopt;
  const Shape of_a = loop_shape(draft_, draft_.nodes[a.widest]);
  const Shape of_b = loop_shape(draft_, draft_.nodes[b.widest]);
  const bool same = of_a == of_b;
  if (!same && (a.reduces || of_a != one_for_each_row(of_b)) &&
      (b.reduces || of_b != one_for_each_row(of_a))) {
    return std::nullopt;
  }
  return Group{.weight = a.weight + b.weight,
               .widest = of_a.size() < of_b.size() ? b.widest : a.widest,
               .level = a.level,
               .dtype = a.dtype,
               .elementwise = a.elementwise || b.elementwise,
               .reduces = a.reduces || b.reduces,
               .of_rows_too = a.of_rows_too || b.of_rows_too || !same};
}

// A program without a reduction does not know rows: it would compute a number of a row again for
// each element.
bool FusionGroups::Group::possible() const {
  return weight <= most_registers_of_group && (reduces || !of_rows_too);
}

// Merges the node and the groups of its inputs that have its level; false if one program cannot be
// all of that.
bool FusionGroups::join(std::uint32_t n, std::uint32_t level) {
  Group all = groups_[n];
  joined_.clear();
  for (const ValueId input : draft_.inputs_of(draft_.nodes[n])) {
    const ValueId base = draft_.values[input].base;
    const std::uint32_t from = node_of(base);
    if (from == no_id || parts_.in_parts[from] || level_[base] != level || !may_join(n, input)) {
      continue;
    }
    const std::uint32_t group = leader(from);
    if (std::ranges::find(joined_, group) != joined_.end()) continue;
    joined_.push_back(group);
    const auto more = together(all, groups_[group]);
    if (!more) return false;
    all = *more;
  }
  if (joined_.empty()) return true;
  if (!all.possible()) return false;
  const std::uint32_t first = *std::ranges::min_element(joined_);
  for (const std::uint32_t group : joined_) leader_[group] = first;
  leader_[n] = first;
  groups_[first] = all;
  return true;
}

// Lists the values that the node makes its group read from memory.
void FusionGroups::list_inputs(std::uint32_t n, std::uint32_t group, std::vector<ValueId>& inputs) {
  for (const ValueId input : draft_.inputs_of(draft_.nodes[n])) {
    const ValueId base = draft_.values[input].base;
    const std::uint32_t from = node_of(base);
    if (from != no_id && parts_.in_parts[from]) {
      list_inputs(from, group, inputs);
    } else if (from == no_id || of(from) != group) {
      inputs.push_back(in_registers(draft_, input));
    }
  }
}

// The values that each group reads from memory, by leader; sorted, each once.
std::vector<std::vector<ValueId>> FusionGroups::inputs_of_groups() {
  std::vector<std::vector<ValueId>> inputs(groups_.size());
  for (std::uint32_t n = 0; n < draft_.nodes.size(); ++n) {
    if (const std::uint32_t group = of(n); group != no_id) list_inputs(n, group, inputs[group]);
  }
  for (std::vector<ValueId>& list : inputs) {
    std::ranges::sort(list);
    list.erase(std::unique(list.begin(), list.end()), list.end());
  }
  return inputs;
}

// Groups of one level do not depend on each other. A group that reads nothing but what another one
// reads as well is merged with that.
void FusionGroups::join_siblings() {
  std::vector<std::vector<ValueId>> inputs = inputs_of_groups();
  std::vector<std::uint32_t> last_reader(draft_.values.size(), no_id);
  for (std::uint32_t n = 0; n < groups_.size(); ++n) {
    if (of(n) != n) continue;
    for (std::size_t k = 0; k < inputs[leader(n)].size(); ++k) {
      const std::uint32_t mine = leader(n);
      std::uint32_t& other = last_reader[inputs[mine][k]];
      if (other != no_id && leader(other) != mine) join_sibling(mine, leader(other), inputs);
      other = n;
    }
  }
}

void FusionGroups::join_sibling(std::uint32_t a, std::uint32_t b,
                                std::vector<std::vector<ValueId>>& inputs) {
  if (groups_[a].level != groups_[b].level) return;
  if (inputs[a].size() < inputs[b].size()) std::swap(a, b);
  const auto all = together(groups_[a], groups_[b]);
  if (!all || !all->possible() || !std::ranges::includes(inputs[a], inputs[b])) return;
  const std::uint32_t first = std::min(a, b);
  leader_[a] = leader_[b] = first;
  groups_[first] = *all;
  if (first != a) inputs[first] = std::move(inputs[a]);
}

}  // namespace chronograd::plan
