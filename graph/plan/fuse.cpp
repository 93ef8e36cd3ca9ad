#include "chronograd/graph/plan/fuse.h"

#include <algorithm>
#include <numeric>
#include <optional>

namespace chronograd::plan {
namespace {

using Kind = Draft::Kind;

// What a program may hold at most, in registers.
constexpr std::uint32_t most_registers = 240;
// Of what is computed part by part; a node may read three such parts.
constexpr std::uint32_t most_registers_of_part = 70;

DType compute_dtype(const Draft& draft, const Draft::Node& node) {
  const DType out = draft.values[node.first_value].dtype;
  const DType type = out == DType::boolean ? draft.values[draft.inputs_of(node)[0]].dtype : out;
  return type == DType::boolean ? DType::i32 : type;
}

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
        in_parts_(draft.nodes.size()),
        box_of_value_(draft.values.size(), no_id),
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
    if (box_of_value_[part] != no_id) return true;
    const auto box = box_of(draft_.values[value.base].shape,
                            value.offset / static_cast<std::int64_t>(size_of(value.dtype)),
                            value.shape, value.strides);
    if (!box) return false;
    box_of_value_[part] = static_cast<std::uint32_t>(fusion_.boxes.size());
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
        in_parts_[n] = !needed_whole[out] && elements[out] > 0 &&
                       elements[out] <= 2 * draft_.values[out].shape.size();
      }
      for (const ValueId input : draft_.inputs_of(node)) {
        const ValueId base = draft_.values[input].base;
        if (!elementwise(draft_.producer(base))) continue;
        if (in_parts_[n] && input == base && same_registers(node, input)) {
          elements[base] = std::max(elements[base], elements[node.first_value]);
        } else if (node.kind == Kind::elementwise && !in_parts_[n] && input != base &&
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
        if (weight_[n] > most_registers_of_part) in_parts_[n] = false;
        if (!in_parts_[n] && !join(n, level)) ++level;
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
    if (input != base) return in_parts_[node_of(base)] && !in_parts_[n];
    return in_parts_[node_of(base)] || (!in_parts_[n] && same_registers(draft_.nodes[n], input));
  }

  void add_weight_of_parts(std::uint32_t n) {
    for (const ValueId input : draft_.inputs_of(draft_.nodes[n])) {
      const std::uint32_t from = node_of(draft_.values[input].base);
      if (from != no_id && in_parts_[from]) weight_[n] += weight_[from];
    }
  }

  // Into the groups of its inputs on that level; false if that would be too much for one program.
  bool join(std::uint32_t n, std::uint32_t level) {
    std::uint32_t total = weight_[n];
    joined_.clear();
    for (const ValueId input : draft_.inputs_of(draft_.nodes[n])) {
      const std::uint32_t from = node_of(input);
      if (from == no_id || draft_.values[input].base != input || in_parts_[from] ||
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
  std::vector<bool> in_parts_;               ///< by node
  std::vector<std::uint32_t> box_of_value_;  ///< by value that is a part of an elementwise result
  std::vector<std::uint32_t> level_;         ///< by value
  std::vector<std::uint32_t> leader_;        ///< by node: of its group
  std::vector<std::uint32_t> weight_;        ///< of groups: how many registers at most
  std::vector<std::uint32_t> joined_;
};

/// Writes the program of one group.
class Writer {
 public:
  Writer(const Draft& draft, const std::vector<bool>& in_parts,
         const std::vector<std::uint32_t>& box_of_value, const std::vector<Box>& boxes,
         const std::vector<std::uint32_t>& pass_of)
      : draft_(draft),
        in_parts_(in_parts),
        box_of_value_(box_of_value),
        boxes_(boxes),
        pass_of_(pass_of),
        seen_(draft.values.size()) {}

  Pass write(std::span<const std::uint32_t> nodes, std::uint32_t pass,
             const std::vector<bool>& read_elsewhere) {
    const Draft::Node& first = draft_.nodes[nodes.front()];
    pass_ = {.shape = draft_.values[first.first_value].shape,
             .compute = compute_dtype(draft_, first),
             .recorded = first.recorded};
    number_ = pass;
    ++stamp_;
    parts_.clear();
    for (const std::uint32_t n : nodes) {
      const Draft::Node& node = draft_.nodes[n];
      operands_.clear();
      for (const ValueId input : draft_.inputs_of(node)) operands_.push_back(read(input));
      const int result = emit(node, operands_);
      seen_[node.first_value] = {stamp_, result};
      if (read_elsewhere[node.first_value]) pass_.stores.push_back({result, node.first_value});
    }
    number_registers();
    return std::move(pass_);
  }

 private:
  // While a program is written its inputs have negative numbers, its results those from 0 on.
  static constexpr int input_number(std::size_t k) { return -1 - static_cast<int>(k); }

  int read(ValueId value) {
    if (seen_[value].stamp == stamp_) return seen_[value].number;
    const ValueId base = draft_.values[value].base;
    const std::uint32_t from = draft_.values[base].node;
    int number = 0;
    if (from != no_id && in_parts_[from]) {
      number = compute_part(base, box_of_value_[value]);
    } else {
      number = input_number(pass_.inputs.size());
      pass_.inputs.push_back({.value = value});
    }
    seen_[value] = {stamp_, number};
    return number;
  }

  struct Part {
    ValueId value;
    std::uint32_t box;
    int number;
  };

  // The part of a value that `box` is of the shape of `like`.
  int read_part(ValueId value, std::uint32_t box, Shape of) {
    for (const Part& part : parts_) {
      if (part.value == value && part.box == box) return part.number;
    }
    const std::uint32_t from = draft_.values[value].node;
    if (from != no_id && draft_.values[value].base == value && in_parts_[from]) {
      return compute_part(value, box);
    }
    const int number = input_number(pass_.inputs.size());
    pass_.inputs.push_back({.value = value, .box = box, .boxed = of});
    parts_.push_back({value, box, number});
    return number;
  }

  int compute_part(ValueId value, std::uint32_t box) {
    for (const Part& part : parts_) {
      if (part.value == value && part.box == box) return part.number;
    }
    const Draft::Node& node = *draft_.producer(value);
    std::array<int, 256> operands{};
    const auto inputs = draft_.inputs_of(node);
    for (std::size_t k = 0; k < inputs.size(); ++k) {
      operands[k] = read_part(inputs[k], box, draft_.values[value].shape);
    }
    const int number = emit(node, std::span(operands).first(inputs.size()));
    parts_.push_back({value, box, number});
    return number;
  }

  // Appends the node's program; its registers begin with the operands.
  int emit(const Draft::Node& node, std::span<const int> operands) {
    const int first = static_cast<int>(code_.size());
    const auto map = [&](std::uint8_t r) {
      return r < operands.size() ? operands[r] : first + r - static_cast<int>(operands.size());
    };
    for (const Instruction& step : node.op->program.code) {
      const int count = chronograd::operands(step.op);
      code_.push_back({step.op, map(step.a), count > 1 ? map(step.b) : map(step.a),
                       count > 2 ? map(step.c) : map(step.a)});
    }
    return static_cast<int>(code_.size()) - 1;
  }

  void number_registers() {
    const int inputs = static_cast<int>(pass_.inputs.size());
    const auto final = [&](int r) { return r < 0 ? -1 - r : inputs + r; };
    pass_.code.reserve(code_.size());
    for (const Step& step : code_) {
      pass_.code.push_back({step.op, static_cast<std::uint8_t>(final(step.a)),
                            static_cast<std::uint8_t>(final(step.b)),
                            static_cast<std::uint8_t>(final(step.c))});
    }
    for (Pass::Store& store : pass_.stores) store.from = final(store.from);
    code_.clear();
  }

  struct Step {
    Scalar op;
    int a, b, c;
  };
  struct Seen {
    std::uint32_t stamp = 0;
    int number = 0;
  };

  const Draft& draft_;
  const std::vector<bool>& in_parts_;
  const std::vector<std::uint32_t>& box_of_value_;
  const std::vector<Box>& boxes_;
  const std::vector<std::uint32_t>& pass_of_;
  std::vector<Seen> seen_;
  std::uint32_t stamp_ = 0;
  std::uint32_t number_ = 0;
  Pass pass_;
  std::vector<Step> code_;
  std::vector<Part> parts_;
  std::vector<int> operands_;
};

void Fuser::write_programs() {
  std::vector<std::uint32_t>& pass_of = fusion_.pass_of;
  pass_of.assign(draft_.nodes.size(), no_id);
  std::vector<std::vector<std::uint32_t>> groups;
  for (std::uint32_t n = 0; n < draft_.nodes.size(); ++n) {
    if (draft_.nodes[n].kind != Kind::elementwise || in_parts_[n]) continue;
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
  Writer writer(draft_, in_parts_, box_of_value_, fusion_.boxes, pass_of);
  fusion_.passes.reserve(groups.size());
  for (std::uint32_t k = 0; k < groups.size(); ++k) {
    fusion_.passes.push_back(writer.write(groups[k], k, read_elsewhere));
  }
}

}  // namespace

Fusion fuse(const Draft& draft) { return Fuser(draft).run(); }

}  // namespace chronograd::plan
