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
struct Traits {
  Way way = Way::alone;
  std::uint32_t stacked = 0;
  std::uint32_t likeness = 0;  ///< the same for what differs in the number of stacked rows only
  std::vector<std::int64_t> offsets;
};

bool is_stacked(const Traits& traits, std::size_t input) {
  return input < 32 && (traits.stacked >> input & 1) != 0;
}

/// NodeFacts are what grouping finds out about a node that is needed.
struct NodeFacts {
  std::uint32_t level = 0;      ///< how many computed nodes the longest chain before it has
  std::uint32_t height = 0;     ///< how many the longest chain behind it has
  std::uint32_t group = no_id;  ///< none for a leaf, and for a node that equals an earlier one
};

/// OutputFacts are what grouping finds out about an output of such a node.
struct OutputFacts {
  std::uint32_t soonest = no_id;  ///< the lowest level on which it is read
  OutputId same = 0;              ///< itself, or an earlier output that has equal numbers
  std::uint32_t branch = 0;       ///< see `tell_branch`; 0 is none
};

class Grouping {
 public:
  explicit Grouping(const Recording& recording) : recording_(recording) {
    needed_.resize(recording.nodes.size());
    nodes_.resize(recording.nodes.size());
    outputs_.resize(recording.outputs.size());
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
  const Traits& traits_of(const Node& node);
  void decide(const Node& node, Traits& traits);
  bool is_seen(const Node& node, Traits& traits) const;
  bool empty(const Node& node) const;
  void tell_branch(const Node& node, const Traits& traits);
  bool runs_already(NodeId id);
  bool equal(const Node& a, const Node& b) const;
  void look_ahead();

  const Recording& recording_;
  std::vector<bool> needed_;
  LongList<NodeFacts> nodes_;
  LongList<OutputFacts> outputs_;
  Numbering traits_numbers_;
  std::vector<Traits> traits_;
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
  for (OutputId o = node.first_output; o < node.first_output + node.outputs; ++o)
    outputs_[o].same = o;
  if (node.op != &number_op) return;
  const OutputId o = node.first_output;
  const Output& number = recording_.outputs[o];
  std::uint64_t bits = 0;
  std::memcpy(&bits, number.data, size_of(number.dtype));
  values_ << static_cast<std::uint64_t>(number.dtype) << bits;
  const std::uint32_t k = values_.number();
  if (k == first_leaves_.size()) first_leaves_.push_back(o);
  outputs_[o].same = first_leaves_[k];
  if (outputs_[o].same != o) result_.equal.emplace_back(o, outputs_[o].same);
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

const Traits& Grouping::traits_of(const Node& node) {
  traits_numbers_ << node.op << recording_.integers_of(node) << node.slots << node.inputs;
  for (const OutputId input : recording_.inputs_of(node)) {
    const Output& output = recording_.outputs[input];
    traits_numbers_ << output.shape << static_cast<std::uint64_t>(output.dtype);
  }
  const std::uint32_t number = traits_numbers_.number();
  if (number == traits_.size()) decide(node, traits_.emplace_back());
  return traits_[number];
}

void Grouping::decide(const Node& node, Traits& traits) {
  if (node.slots > 0 || node.op->algebra.random || empty(node)) return;
  if (is_seen(node, traits)) {
    traits.way = Way::seen;
    return;
  }
  const Attributes attributes = recording_.attributes_of(node);
  const auto inputs = recording_.inputs_of(node);
  std::vector<Inference::Output> none;
  traits.stacked = stacked_inputs({*node.op, attributes, {}, {&recording_, inputs, {}}, none});
  if (traits.stacked == 0) return;
  traits.way = Way::together;
  likenesses_ << node.op << attributes.integers << node.inputs << traits.stacked;
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    const Output& input = recording_.outputs[inputs[k]];
    const bool stacked = is_stacked(traits, k);
    likenesses_ << (stacked ? row_of(input.shape) : input.shape)
                << static_cast<std::uint64_t>(input.dtype);
  }
  traits.likeness = likenesses_.number();
}

// Returns whether the node is a view whose outputs are whole rows of its input, or all of it as
// other rows.
// Such a view need not be recorded. One that takes each row apart, as a split into gates does, is
// recorded once for all rows instead.
bool Grouping::is_seen(const Node& node, Traits& traits) const {
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
    traits.offsets.push_back(offset);
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
    const Traits& traits = traits_of(node);
    std::uint32_t level = 0;
    for (const OutputId input : inputs) {
      level = std::max(level, nodes_[recording_.outputs[input].node].level);
    }
    if (traits.way != Way::seen) ++level;
    nodes_[id].level = level;
    for (OutputId o = node.first_output; o < node.first_output + node.outputs; ++o) {
      outputs_[o].same = o;
      if (traits.way == Way::seen) result_.offsets[o] = traits.offsets[o - node.first_output];
    }
    const auto next = static_cast<std::uint32_t>(result_.groups.size());
    nodes_[id].group = next;
    if (traits.way == Way::together) {
      joint_numbers_ << traits.likeness << level;
      for (std::size_t k = 0; k < inputs.size(); ++k) {
        joint_numbers_ << (is_stacked(traits, k) ? outputs_[inputs[k]].branch
                                                 : outputs_[inputs[k]].same);
      }
      const std::uint32_t joint = joint_numbers_.number();
      if (joint == joint_groups_.size()) joint_groups_.push_back(next);
      nodes_[id].group = joint_groups_[joint];
      tell_branch(node, traits);
    }
    if (nodes_[id].group == next) {
      result_.groups.push_back({level, traits.way, traits.stacked, 0, 0});
      if (traits.way == Way::seen) ++seen_;
      if (too_many_groups()) return false;
    }
    ++result_.groups[nodes_[id].group].size;
  }
  return true;
}

// The gates of a cell are alike, but are kept in different groups, since their rows lie apart and
// joining them would gather rows. Gates are told apart by their *branch*: the weights that they are
// computed by, or which part of a split they are.
void Grouping::tell_branch(const Node& node, const Traits& traits) {
  const auto inputs = recording_.inputs_of(node);
  const auto branch_off = [this](std::uint32_t from, std::uint32_t to) {
    branches_ << from << to;
    return branches_.number() + 1;
  };
  std::uint32_t branch = inputs.size() == 1 ? outputs_[inputs[0]].branch : 0;
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    if (!is_stacked(traits, k)) branch = branch_off(branch, outputs_[inputs[k]].same);
  }
  for (std::uint32_t k = 0; k < node.outputs; ++k) {
    outputs_[node.first_output + k].branch = node.outputs > 1 ? branch_off(branch, k) : branch;
  }
}

// Whether the node equals an earlier one, whose outputs then serve for its own. If equal nodes were
// joined instead, the group would compute the same rows once for each of them.
bool Grouping::runs_already(NodeId id) {
  const Node& node = recording_.nodes[id];
  if (node.slots > 0 || node.op->algebra.random) return false;
  std::uint64_t hash = reinterpret_cast<std::uintptr_t>(node.op);
  for (const OutputId input : recording_.inputs_of(node)) hash = mixed(hash, outputs_[input].same);
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
  nodes_[id].level = nodes_[nodes_by_hash_[at]].level;
  for (std::uint32_t k = 0; k < node.outputs; ++k) {
    const OutputId output = node.first_output + k;
    outputs_[output].same = result_.same[output] = earlier.first_output + k;
    outputs_[output].branch = outputs_[earlier.first_output + k].branch;
  }
  return true;
}

bool Grouping::equal(const Node& a, const Node& b) const {
  return a.op == b.op && a.outputs == b.outputs &&
         std::ranges::equal(recording_.integers_of(a), recording_.integers_of(b)) &&
         std::ranges::equal(
             recording_.inputs_of(a), recording_.inputs_of(b),
             [&](OutputId x, OutputId y) { return outputs_[x].same == outputs_[y].same; });
}

void Grouping::look_ahead() {
  for (NodeId id = static_cast<NodeId>(recording_.nodes.size()); id-- > 0;) {
    if (nodes_[id].group == no_id) continue;
    const Node& node = recording_.nodes[id];
    const bool seen = result_.groups[nodes_[id].group].way == Way::seen;
    std::uint32_t reads = nodes_[id].level;
    if (seen) {
      reads = no_id;
      for (OutputId o = node.first_output; o < node.first_output + node.outputs; ++o) {
        reads = std::min(reads, outputs_[o].soonest);
      }
    }
    for (const OutputId input : recording_.inputs_of(node)) {
      const OutputId from = result_.same[input];
      outputs_[from].soonest = std::min(outputs_[from].soonest, reads);
      std::uint32_t& height = nodes_[recording_.outputs[from].node].height;
      height = std::max(height, nodes_[id].height + (seen ? 0 : 1));
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
    if (nodes_[id].group == no_id) continue;
    Group& group = result_.groups[nodes_[id].group];
    result_.members[group.first + group.size++] = id;
  }
  const auto rank = [&](NodeId id) {
    const Node& node = recording_.nodes[id];
    std::uint32_t soonest = no_id;
    for (OutputId o = node.first_output; o < node.first_output + node.outputs; ++o) {
      soonest = std::min(soonest, outputs_[o].soonest);
    }
    return std::uint64_t{soonest} << 32 | (no_id - nodes_[id].height);
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
