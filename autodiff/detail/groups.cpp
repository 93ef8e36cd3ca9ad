#include "chronograd/autodiff/detail/groups.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <numeric>

#include "chronograd/autodiff/detail/batch.h"
#include "chronograd/graph/memory/hash.h"
#include "chronograd/graph/memory/long_list.h"
#include "chronograd/graph/memory/nowhere.h"
#include "chronograd/graph/memory/numbering.h"

namespace chronograd::detail {
namespace {

using Group = Groups::Group;
using Way = Groups::Way;

Shape row_of(Shape shape) { return shape.without(0); }

/// What is known of all nodes with one op, one list of integers, as many slots and inputs of the
/// same shapes and dtypes.
struct Kind {
  Way way = Way::alone;
  std::uint32_t stacked = 0;
  std::uint32_t likeness = 0;  ///< the same for what differs in the number of stacked rows only
  std::vector<std::int64_t> offsets;
};

bool is_stacked(const Kind& kind, std::size_t input) {
  return input < 32 && (kind.stacked >> input & 1) != 0;
}

class Grouping {
 public:
  explicit Grouping(const Recording& recording) : recording_(recording) {
    needed_.resize(recording.nodes.size());
    level_.resize(recording.nodes.size());
    height_.resize(recording.nodes.size());
    group_.resize(recording.nodes.size(), no_id);
    soonest_.resize(recording.outputs.size(), no_id);
    same_.resize(recording.outputs.size());
    branch_.resize(recording.outputs.size());
    result_.offsets.resize(recording.outputs.size());
    result_.same.resize(recording.outputs.size());
    std::iota(result_.same.begin(), result_.same.end(), OutputId{0});
    nodes_by_hash_.resize(std::bit_ceil(2 * recording.nodes.size() + 1), no_id);
  }

  bool find_needed(std::span<const OutputId> roots, std::span<const StandIn> stand_ins);
  /// False as soon as there are too many groups for them to be worth it.
  bool assign();
  std::size_t computed() const { return computed_; }
  Groups finish();

 private:
  bool too_many_groups() const {
    return (result_.groups.size() - seen_) * smallest_batch.likeness > computed_;
  }
  void enter_leaf(const Node& node);
  const Kind& kind_of(const Node& node);
  void decide(const Node& node, Kind& kind);
  bool is_seen(const Node& node, Kind& kind) const;
  bool empty(const Node& node) const;
  void tell_branch(const Node& node, const Kind& kind);
  bool runs_already(NodeId id);
  bool equal(const Node& a, const Node& b) const;
  void look_ahead();

  const Recording& recording_;
  std::vector<bool> needed_;
  LongList<std::uint32_t> level_;    ///< by node
  LongList<std::uint32_t> height_;   ///< by node: how long a chain follows
  LongList<std::uint32_t> group_;    ///< by node
  LongList<std::uint32_t> soonest_;  ///< by output: the lowest level it is read on
  LongList<OutputId> same_;          ///< by output: itself, or one with equal numbers
  LongList<std::uint32_t> branch_;   ///< by output: of a cell, see `tell_branch`; 0 is none
  Numbering kind_numbers_;
  std::vector<Kind> kinds_;
  Numbering likenesses_;
  Numbering joint_numbers_;
  std::vector<std::uint32_t> joint_groups_;  ///< by what tells those that run together
  Numbering branches_;
  Numbering values_;
  std::vector<OutputId> first_leaves_;  ///< by value of a C++ number: the first that holds it
  LongList<NodeId> nodes_by_hash_;      ///< of op, integers and inputs; no_id where there is none
  std::size_t computed_ = 0;
  std::size_t seen_ = 0;
  Groups result_;
};

bool Grouping::find_needed(std::span<const OutputId> roots, std::span<const StandIn> stand_ins) {
  for (const OutputId root : roots) needed_[recording_.outputs[root].node] = true;
  for (NodeId id = static_cast<NodeId>(recording_.nodes.size()); id-- > 0;) {
    const Node& node = recording_.nodes[id];
    if (!needed_[id] || recording_.is_leaf(node)) continue;
    if (node.op->algebra.effect || recording_.outputs[node.first_output].available) return false;
    ++computed_;
    for (const OutputId input : recording_.inputs_of(node)) {
      needed_[recording_.outputs[input].node] = true;
    }
  }
  return std::ranges::none_of(
      stand_ins, [&](const StandIn& s) { return needed_[recording_.outputs[s.rows.source].node]; });
}

// Each C++ number that is given to an op is a leaf of its own; equal ones count as one here.
// Tensors and parameters never do, whatever they hold, since gradients may be taken of them.
void Grouping::enter_leaf(const Node& node) {
  for (OutputId o = node.first_output; o < node.first_output + node.outputs; ++o) same_[o] = o;
  if (node.op != &number_op) return;
  const OutputId o = node.first_output;
  const Output& number = recording_.outputs[o];
  std::uint64_t bits = 0;
  std::memcpy(&bits, number.data, size_of(number.dtype));
  values_ << static_cast<std::uint64_t>(number.dtype) << bits;
  const std::uint32_t k = values_.number();
  if (k == first_leaves_.size()) first_leaves_.push_back(o);
  same_[o] = first_leaves_[k];
  if (same_[o] != o) result_.equal.emplace_back(o, same_[o]);
}

bool Grouping::empty(const Node& node) const {
  for (const OutputId input : recording_.inputs_of(node)) {
    if (recording_.outputs[input].shape.empty()) return true;
  }
  for (OutputId o = node.first_output; o < node.first_output + node.outputs; ++o) {
    if (recording_.outputs[o].shape.empty()) return true;
  }
  return node.outputs == 0;
}

const Kind& Grouping::kind_of(const Node& node) {
  kind_numbers_ << node.op << recording_.integers_of(node) << node.slots << node.inputs;
  for (const OutputId input : recording_.inputs_of(node)) {
    const Output& output = recording_.outputs[input];
    kind_numbers_ << output.shape << static_cast<std::uint64_t>(output.dtype);
  }
  const std::uint32_t number = kind_numbers_.number();
  if (number == kinds_.size()) decide(node, kinds_.emplace_back());
  return kinds_[number];
}

void Grouping::decide(const Node& node, Kind& kind) {
  if (node.slots > 0 || node.op->algebra.random || empty(node)) return;
  if (is_seen(node, kind)) {
    kind.way = Way::seen;
    return;
  }
  const Attributes attributes = recording_.attributes_of(node);
  const auto inputs = recording_.inputs_of(node);
  std::vector<Inference::Output> none;
  kind.stacked = stacked_inputs({*node.op, attributes, {}, {&recording_, inputs, {}}, none});
  if (kind.stacked == 0) return;
  kind.way = Way::together;
  likenesses_ << node.op << attributes.integers << node.inputs << kind.stacked;
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    const Output& input = recording_.outputs[inputs[k]];
    const bool stacked = is_stacked(kind, k);
    likenesses_ << (stacked ? row_of(input.shape) : input.shape)
                << static_cast<std::uint64_t>(input.dtype);
  }
  kind.likeness = likenesses_.number();
}

// Whether the node is a view whose outputs are whole rows of its input, or all of it as other rows.
// Such a view need not be recorded. One that takes each row apart, as a split into gates does, is
// recorded once for all rows instead.
bool Grouping::is_seen(const Node& node, Kind& kind) const {
  if (node.op->view == nullptr || node.inputs != 1 || node.op->algebra.stops_gradient) return false;
  const Output& input = recording_.outputs[recording_.inputs_of(node)[0]];
  if (input.shape.rank() == 0) return false;
  const Array in{{}, nowhere(), input.shape, Strides::dense(input.shape), input.dtype};
  std::vector<Array> outs(node.outputs);
  for (std::size_t k = 0; k < outs.size(); ++k) {
    const Output& output = recording_.outputs[node.first_output + k];
    outs[k].shape = output.shape;
    outs[k].dtype = output.dtype;
  }
  if (!node.op->view({*node.op, recording_.attributes_of(node), {}, {&in, 1}, outs})) return false;
  const std::int64_t input_row = row_of(input.shape).size();
  for (const Array& out : outs) {
    if (out.shape.rank() == 0 || !out.dense()) return false;
    const std::int64_t offset =
        (out.data - in.data) / static_cast<std::ptrdiff_t>(size_of(input.dtype));
    const std::int64_t row = row_of(out.shape).size();
    const bool whole = out.shape.size() == input.shape.size();
    if (input_row % row != 0 || offset % row != 0 || (!whole && offset % input_row != 0) ||
        (!whole && out.shape.size() % input_row != 0)) {
      return false;
    }
    kind.offsets.push_back(offset);
  }
  return true;
}

bool Grouping::assign() {
  for (NodeId id = 0; id < recording_.nodes.size(); ++id) {
    if (!needed_[id]) continue;
    const Node& node = recording_.nodes[id];
    if (recording_.is_leaf(node)) {
      enter_leaf(node);
      continue;
    }
    if (runs_already(id)) continue;
    const auto inputs = recording_.inputs_of(node);
    const Kind& kind = kind_of(node);
    std::uint32_t level = 0;
    for (const OutputId input : inputs) {
      level = std::max(level, level_[recording_.outputs[input].node]);
    }
    if (kind.way != Way::seen) ++level;
    level_[id] = level;
    for (OutputId o = node.first_output; o < node.first_output + node.outputs; ++o) {
      same_[o] = o;
      if (kind.way == Way::seen) result_.offsets[o] = kind.offsets[o - node.first_output];
    }
    const auto next = static_cast<std::uint32_t>(result_.groups.size());
    group_[id] = next;
    if (kind.way == Way::together) {
      joint_numbers_ << kind.likeness << level;
      for (std::size_t k = 0; k < inputs.size(); ++k) {
        joint_numbers_ << (is_stacked(kind, k) ? branch_[inputs[k]] : same_[inputs[k]]);
      }
      const std::uint32_t joint = joint_numbers_.number();
      if (joint == joint_groups_.size()) joint_groups_.push_back(next);
      group_[id] = joint_groups_[joint];
      tell_branch(node, kind);
    }
    if (group_[id] == next) {
      result_.groups.push_back({level, kind.way, kind.stacked, 0, 0});
      if (kind.way == Way::seen) ++seen_;
      if (too_many_groups()) return false;
    }
    ++result_.groups[group_[id]].size;
  }
  return true;
}

// The gates of a cell are alike, but are kept in different groups, since their rows lie apart and
// joining them would gather rows. Gates are told apart by their *branch*: the weights that they are
// computed by, or which part of a split they are.
void Grouping::tell_branch(const Node& node, const Kind& kind) {
  const auto inputs = recording_.inputs_of(node);
  const auto branch_off = [this](std::uint32_t from, std::uint32_t to) {
    branches_ << from << to;
    return branches_.number() + 1;
  };
  std::uint32_t branch = inputs.size() == 1 ? branch_[inputs[0]] : 0;
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    if (!is_stacked(kind, k)) branch = branch_off(branch, same_[inputs[k]]);
  }
  for (std::uint32_t k = 0; k < node.outputs; ++k) {
    branch_[node.first_output + k] = node.outputs > 1 ? branch_off(branch, k) : branch;
  }
}

// Whether the node equals an earlier one, whose outputs then serve for its own. If equal nodes were
// joined instead, the group would compute the same rows once for each of them.
bool Grouping::runs_already(NodeId id) {
  const Node& node = recording_.nodes[id];
  if (node.slots > 0 || node.op->algebra.random) return false;
  std::uint64_t hash = reinterpret_cast<std::uintptr_t>(node.op);
  for (const OutputId input : recording_.inputs_of(node)) hash = mixed(hash, same_[input]);
  for (const std::int64_t i : recording_.integers_of(node)) {
    hash = mixed(hash, static_cast<std::uint64_t>(i));
  }
  const std::size_t mask = nodes_by_hash_.size() - 1;
  std::size_t at = hash & mask;
  while (nodes_by_hash_[at] != no_id && !equal(node, recording_.nodes[nodes_by_hash_[at]])) {
    at = (at + 1) & mask;
  }
  if (nodes_by_hash_[at] == no_id) {
    nodes_by_hash_[at] = id;
    return false;
  }
  const Node& earlier = recording_.nodes[nodes_by_hash_[at]];
  level_[id] = level_[nodes_by_hash_[at]];
  for (std::uint32_t k = 0; k < node.outputs; ++k) {
    const OutputId output = node.first_output + k;
    same_[output] = result_.same[output] = earlier.first_output + k;
    branch_[output] = branch_[earlier.first_output + k];
  }
  return true;
}

bool Grouping::equal(const Node& a, const Node& b) const {
  return a.op == b.op && a.outputs == b.outputs &&
         std::ranges::equal(recording_.integers_of(a), recording_.integers_of(b)) &&
         std::ranges::equal(recording_.inputs_of(a), recording_.inputs_of(b),
                            [&](OutputId x, OutputId y) { return same_[x] == same_[y]; });
}

void Grouping::look_ahead() {
  for (NodeId id = static_cast<NodeId>(recording_.nodes.size()); id-- > 0;) {
    if (group_[id] == no_id) continue;
    const Node& node = recording_.nodes[id];
    const bool seen = result_.groups[group_[id]].way == Way::seen;
    std::uint32_t reads = level_[id];
    if (seen) {
      reads = no_id;
      for (OutputId o = node.first_output; o < node.first_output + node.outputs; ++o) {
        reads = std::min(reads, soonest_[o]);
      }
    }
    for (const OutputId input : recording_.inputs_of(node)) {
      const OutputId from = result_.same[input];
      soonest_[from] = std::min(soonest_[from], reads);
      std::uint32_t& height = height_[recording_.outputs[from].node];
      height = std::max(height, height_[id] + (seen ? 0 : 1));
    }
  }
}

// Sorts the members of each group by the level on which they are read first, and those of one level
// by the length of the chain that follows, the longest first. Of sequences that end at different
// times, those that go on are then the first rows at every step.
Groups Grouping::finish() {
  look_ahead();
  std::uint32_t first = 0;
  for (Group& group : result_.groups) {
    group.first = first;
    first += std::exchange(group.size, 0);
  }
  result_.members.resize(first);
  for (NodeId id = 0; id < recording_.nodes.size(); ++id) {
    if (group_[id] == no_id) continue;
    Group& group = result_.groups[group_[id]];
    result_.members[group.first + group.size++] = id;
  }
  const auto rank = [&](NodeId id) {
    const Node& node = recording_.nodes[id];
    std::uint32_t soonest = no_id;
    for (OutputId o = node.first_output; o < node.first_output + node.outputs; ++o) {
      soonest = std::min(soonest, soonest_[o]);
    }
    return std::uint64_t{soonest} << 32 | (no_id - height_[id]);
  };
  std::vector<std::pair<std::uint64_t, NodeId>> ranked;
  for (const Group& group : result_.groups) {
    if (group.size < 2) continue;
    ranked.clear();
    for (const NodeId id : result_.members_of(group)) ranked.emplace_back(rank(id), id);
    std::ranges::sort(ranked);
    for (std::uint32_t k = 0; k < group.size; ++k) {
      result_.members[group.first + k] = ranked[k].second;
    }
  }
  std::ranges::stable_sort(result_.groups, {}, [](const Group& group) {
    return std::pair{group.level, group.way == Way::seen};
  });
  return std::move(result_);
}

}  // namespace

std::optional<Groups> find_groups(const Recording& recording, std::span<const OutputId> roots,
                                  std::span<const StandIn> stand_ins) {
  Grouping grouping{recording};
  if (!grouping.find_needed(roots, stand_ins) || grouping.computed() < smallest_batch.nodes) {
    return std::nullopt;
  }
  if (!grouping.assign()) return std::nullopt;
  return grouping.finish();
}

}  // namespace chronograd::detail
