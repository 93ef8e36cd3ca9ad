#include "chronograd/graph/plan/groups.h"

#include <algorithm>
#include <numeric>

#include "chronograd/graph/plan/node_program.h"

namespace chronograd::plan {
namespace {

using Kind = Draft::Kind;

// Of what is computed part by part; a node may read three such parts.
constexpr std::uint32_t most_registers_of_part = 70;

}  // namespace

Groups::Groups(const Draft& draft, Parts& parts)
    : draft_(draft),
      parts_(parts),
      level_(draft.values.size()),
      leader_(draft.nodes.size()),
      groups_(draft.nodes.size()) {
  std::iota(leader_.begin(), leader_.end(), 0u);
  form();
  join_siblings();
}

std::uint32_t Groups::of(std::uint32_t n) {
  if (!has_program(draft_, draft_.nodes[n]) || parts_.in_parts[n]) return no_id;
  const std::uint32_t first = leader(n);
  // What only reduces is left to the ops' kernels, which the row law joins.
  return groups_[first].elementwise ? first : no_id;
}

std::uint32_t Groups::leader(std::uint32_t n) {
  while (leader_[n] != n) n = leader_[n] = leader_[leader_[n]];
  return n;
}

// A group's nodes are on one level: on every way from one to another all nodes have programs.
void Groups::form() {
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

bool Groups::may_join(std::uint32_t n, ValueId input) const {
  const ValueId base = draft_.values[input].base;
  if (!has_program(draft_, draft_.nodes[n]) || !has_program(draft_, *draft_.producer(base))) {
    return false;
  }
  if (parts_.in_parts[node_of(base)]) return input == base || !parts_.in_parts[n];
  return !parts_.in_parts[n] && reads_register(draft_.nodes[n], input);
}

// Whether a value may be computed as late as the node that reads it, and nothing else does: in an
// optimizer the old moments are scaled long before their gradients are there.
bool Groups::can_wait_for(std::uint32_t n, ValueId input) const {
  const Draft::Value& value = draft_.values[input];
  const Draft::Node* from = draft_.producer(input);
  return from != nullptr && value.base == input && value.uses == 1 && !value.wanted &&
         may_join(n, input) && std::ranges::all_of(draft_.inputs_of(*from), [&](ValueId v) {
           return draft_.producer(draft_.values[v].base) == nullptr;
         });
}

// Whether a node may take the value, elements or numbers of its rows, from a register.
bool Groups::reads_register(const Draft::Node& reader, ValueId input) const {
  const ValueId v = in_registers(draft_, input);
  if (draft_.values[v].base != v) return false;
  const Draft::Node& from = *draft_.producer(v);
  const Shape over = shape_of_pass(draft_, reader);
  const Shape shape = draft_.values[v].shape;
  return fits_registers(draft_, from, reader) && (shape == over || shape == one_for_each_row(over));
}

Groups::Group Groups::alone(std::uint32_t n) const {
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

// Both in one program; nothing if they go over different shapes, or registers of different dtypes.
// A group without reductions may be numbers of the other's rows.
std::optional<Groups::Group> Groups::together(const Group& a, const Group& b) const {
  if (a.dtype != b.dtype) return std::nullopt;
  const Shape of_a = shape_of_pass(draft_, draft_.nodes[a.widest]);
  const Shape of_b = shape_of_pass(draft_, draft_.nodes[b.widest]);
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

// Without a reduction, what is one number for each row would be computed for each element.
bool Groups::Group::possible() const {
  return weight <= most_registers_of_group && (reduces || !of_rows_too);
}

// Into the groups of its inputs on that level; false if one program cannot be all of that.
bool Groups::join(std::uint32_t n, std::uint32_t level) {
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

// What a node reads that is not computed in its group, or part by part for it.
void Groups::list_inputs(std::uint32_t n, std::uint32_t group, std::vector<ValueId>& inputs) {
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

// By leader, sorted, each once.
std::vector<std::vector<ValueId>> Groups::inputs_of_groups() {
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

// Groups of one level do not need each other. One that reads nothing but what another reads as well
// runs with it, when all of that is there.
void Groups::join_siblings() {
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

void Groups::join_sibling(std::uint32_t a, std::uint32_t b,
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
