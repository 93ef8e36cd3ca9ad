#include "chronograd/graph/plan/fuse.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include "chronograd/graph/plan/program_writer.h"

namespace chronograd::plan {
namespace {

using Kind = Draft::Kind;

// What a program may hold at most, in registers.
constexpr std::uint32_t most_registers = 240;
// Of what is computed part by part; a node may read three such parts.
constexpr std::uint32_t most_registers_of_part = 70;

// Whether a register holds what memory of that dtype would: a boolean, 1 or 0.
bool register_is_exact(const Draft& draft, const Draft::Node& node) {
  if (draft.values[node.first_value].dtype != DType::boolean) return true;
  const Scalar last = node.op->program.code.back().op;
  return last == Scalar::is_nan || last == Scalar::logical_not ||
         (last >= Scalar::equal && last <= Scalar::logical_or);
}

/// The part of dense memory of shape `of` that is seen with that offset and those strides.
std::optional<Box> box_of(Shape of, std::int64_t offset, Shape shape, Strides strides) {
  Box box{shape, {}, {}};
  std::int64_t step = of.size();
  for (int a = 0; a < of.rank(); ++a) {
    if (of[a] == 0) return std::nullopt;
    step /= of[a];
    box.start[static_cast<std::size_t>(a)] = offset / step;
    offset %= step;
  }
  std::uint32_t taken = 0;
  for (int j = 0; j < shape.rank(); ++j) {
    auto& axis = box.axis[static_cast<std::size_t>(j)];
    axis = -1;
    if (shape[j] == 1) continue;
    std::int64_t stride = 1;
    for (int a = of.rank() - 1; a >= 0 && axis < 0; stride *= of[a], --a) {
      if (stride == strides[j] && of[a] > 1) axis = static_cast<std::int8_t>(a);
    }
    if (axis < 0 || (taken >> axis & 1) != 0) return std::nullopt;
    taken |= 1u << axis;
    if (box.start[static_cast<std::size_t>(axis)] + shape[j] > of[axis]) return std::nullopt;
  }
  return box;
}

class Fuser {
 public:
  explicit Fuser(const Draft& draft)
      : draft_(draft),
        parts_{std::vector<bool>(draft.nodes.size()),
               std::vector<std::uint32_t>(draft.values.size(), no_id)},
        level_(draft.values.size()),
        leader_(draft.nodes.size()),
        weight_(draft.nodes.size()) {}

  Fusion run() {
    find_what_runs_in_parts();
    form_groups();
    write_programs();
    return std::move(fusion_);
  }

 private:
  bool elementwise(const Draft::Node* node) const {
    return node != nullptr && node->kind == Kind::elementwise;
  }
  std::uint32_t node_of(ValueId value) const { return draft_.values[value].node; }

  // Whether `reader` may take the value, an elementwise result, from a register.
  bool same_registers(const Draft::Node& reader, ValueId value) const {
    const Draft::Node* from = draft_.producer(value);
    return elementwise(from) && compute_dtype(draft_, *from) == compute_dtype(draft_, reader) &&
           register_is_exact(draft_, *from) &&
           draft_.values[value].shape == draft_.values[reader.first_value].shape;
  }

  // Whether `reader` may compute the part it reads of an elementwise result by itself.
  bool reads_part(const Draft::Node& reader, ValueId part) {
    const Draft::Value& value = draft_.values[part];
    const Draft::Node* from = draft_.producer(value.base);
    if (!elementwise(from) || compute_dtype(draft_, *from) != compute_dtype(draft_, reader) ||
        !register_is_exact(draft_, *from) ||
        value.shape != draft_.values[reader.first_value].shape || value.shape.empty()) {
      return false;
    }
    if (parts_.box_of_value[part] != no_id) return true;
    const auto box = box_of(draft_.values[value.base].shape,
                            value.offset / static_cast<std::int64_t>(size_of(value.dtype)),
                            value.shape, value.strides);
    if (!box) return false;
    parts_.box_of_value[part] = static_cast<std::uint32_t>(fusion_.boxes.size());
    fusion_.boxes.push_back(*box);
    return true;
  }

  // From the last node to the first, since it depends on the readers: a result is not computed in
  // full when all its readers take parts of it, or run in parts themselves.
  void find_what_runs_in_parts() {
    std::vector<bool> needed_whole(draft_.values.size());
    std::vector<std::int64_t> elements(draft_.values.size());
    std::vector<bool> counted(draft_.values.size());
    for (std::uint32_t n = static_cast<std::uint32_t>(draft_.nodes.size()); n-- > 0;) {
      const Draft::Node& node = draft_.nodes[n];
      for (ValueId v = node.first_value; v < node.first_value + node.values; ++v) {
        if (draft_.values[v].wanted) needed_whole[draft_.values[v].base] = true;
      }
      if (node.kind == Kind::view) continue;
      if (node.kind == Kind::elementwise) {
        const ValueId out = node.first_value;
        parts_.in_parts[n] = !needed_whole[out] && elements[out] > 0 &&
                             elements[out] <= 2 * draft_.values[out].shape.size();
      }
      for (const ValueId input : draft_.inputs_of(node)) {
        const ValueId base = draft_.values[input].base;
        if (!elementwise(draft_.producer(base))) continue;
        if (parts_.in_parts[n] && input == base && same_registers(node, input)) {
          elements[base] = std::max(elements[base], elements[node.first_value]);
        } else if (node.kind == Kind::elementwise && !parts_.in_parts[n] && input != base &&
                   reads_part(node, input)) {
          if (!counted[input]) elements[base] += draft_.values[input].shape.size();
          counted[input] = true;
        } else {
          needed_whole[base] = true;
        }
      }
    }
  }

  std::uint32_t leader(std::uint32_t n) {
    while (leader_[n] != n) n = leader_[n] = leader_[leader_[n]];
    return n;
  }

  // A group's nodes are on one level: on every way from one to another all nodes are elementwise.
  void form_groups() {
    std::iota(leader_.begin(), leader_.end(), 0u);
    for (std::uint32_t n = 0; n < draft_.nodes.size(); ++n) {
      const Draft::Node& node = draft_.nodes[n];
      if (node.kind == Kind::view) continue;
      std::uint32_t level = 0;
      for (const ValueId input : draft_.inputs_of(node)) {
        const ValueId base = draft_.values[input].base;
        if (draft_.producer(base) == nullptr) continue;
        const bool within = node.kind == Kind::elementwise && may_join(n, input);
        level = std::max(level, level_[base] + (within ? 0u : 1u));
      }
      if (node.kind == Kind::elementwise) {
        weight_[n] = static_cast<std::uint32_t>(node.op->program.code.size()) + node.inputs;
        add_weight_of_parts(n);
        if (weight_[n] > most_registers_of_part) parts_.in_parts[n] = false;
        if (!parts_.in_parts[n] && !join(n, level)) ++level;
      }
      for (ValueId v = node.first_value; v < node.first_value + node.values; ++v) {
        level_[v] = level;
      }
    }
  }

  bool may_join(std::uint32_t n, ValueId input) const {
    const ValueId base = draft_.values[input].base;
    const Draft::Node* from = draft_.producer(base);
    if (!elementwise(from)) return false;
    if (input != base) return parts_.in_parts[node_of(base)] && !parts_.in_parts[n];
    return parts_.in_parts[node_of(base)] ||
           (!parts_.in_parts[n] && same_registers(draft_.nodes[n], input));
  }

  void add_weight_of_parts(std::uint32_t n) {
    for (const ValueId input : draft_.inputs_of(draft_.nodes[n])) {
      const std::uint32_t from = node_of(draft_.values[input].base);
      if (from != no_id && parts_.in_parts[from]) weight_[n] += weight_[from];
    }
  }

  // Into the groups of its inputs on that level; false if that would be too much for one program.
  bool join(std::uint32_t n, std::uint32_t level) {
    std::uint32_t total = weight_[n];
    joined_.clear();
    for (const ValueId input : draft_.inputs_of(draft_.nodes[n])) {
      const std::uint32_t from = node_of(input);
      if (from == no_id || draft_.values[input].base != input || parts_.in_parts[from] ||
          level_[input] != level || !same_registers(draft_.nodes[n], input)) {
        continue;
      }
      const std::uint32_t group = leader(from);
      if (std::ranges::find(joined_, group) != joined_.end()) continue;
      joined_.push_back(group);
      total += weight_[group];
    }
    if (joined_.empty()) return true;
    if (total > most_registers) return false;
    const std::uint32_t first = *std::ranges::min_element(joined_);
    for (const std::uint32_t group : joined_) leader_[group] = first;
    leader_[n] = first;
    weight_[first] = total;
    return true;
  }

  void write_programs();

  const Draft& draft_;
  Fusion fusion_;
  Parts parts_;
  std::vector<std::uint32_t> level_;   ///< by value
  std::vector<std::uint32_t> leader_;  ///< by node: of its group
  std::vector<std::uint32_t> weight_;  ///< of groups: how many registers at most
  std::vector<std::uint32_t> joined_;
};

void Fuser::write_programs() {
  std::vector<std::uint32_t>& pass_of = fusion_.pass_of;
  pass_of.assign(draft_.nodes.size(), no_id);
  std::vector<std::vector<std::uint32_t>> groups;
  for (std::uint32_t n = 0; n < draft_.nodes.size(); ++n) {
    if (draft_.nodes[n].kind != Kind::elementwise || parts_.in_parts[n]) continue;
    const std::uint32_t first = leader(n);
    if (pass_of[first] == no_id || first == n) {
      pass_of[first] = static_cast<std::uint32_t>(groups.size());
      groups.emplace_back();
    }
    pass_of[n] = pass_of[first];
    groups[pass_of[n]].push_back(n);
  }
  std::vector<bool> read_elsewhere(draft_.values.size());
  for (std::uint32_t n = 0; n < draft_.nodes.size(); ++n) {
    const Draft::Node& node = draft_.nodes[n];
    if (node.kind == Kind::view) {
      for (ValueId v = node.first_value; v < node.first_value + node.values; ++v) {
        if (draft_.values[v].wanted) read_elsewhere[draft_.values[v].base] = true;
      }
      continue;
    }
    for (ValueId v = node.first_value; v < node.first_value + node.values; ++v) {
      if (draft_.values[v].wanted) read_elsewhere[v] = true;
    }
    for (const ValueId input : draft_.inputs_of(node)) {
      const ValueId base = draft_.values[input].base;
      const std::uint32_t from = node_of(base);
      const bool in_register =
          from != no_id && input == base && pass_of[n] != no_id && pass_of[from] == pass_of[n];
      if (!in_register) read_elsewhere[base] = true;
    }
  }
  ProgramWriter writer(draft_, parts_);
  fusion_.passes.reserve(groups.size());
  for (const auto& group : groups) {
    fusion_.passes.push_back(writer.write(group, read_elsewhere));
  }
}

}  // namespace

Fusion fuse(const Draft& draft) { return Fuser(draft).run(); }

}  // namespace chronograd::plan
