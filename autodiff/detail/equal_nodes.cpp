#include "chronograd/autodiff/detail/equal_nodes.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include "chronograd/graph/memory/hash.h"

namespace chronograd::detail {

EqualNodes::EqualNodes(const Recording& recording, std::size_t nodes,
                       const std::vector<bool>& reaches)
    : recording_(recording),
      reaches_(reaches),
      sum_of_(reaches.size()),
      table_(std::bit_ceil(2 * nodes + 1), no_id) {
  std::iota(sum_of_.begin(), sum_of_.end(), OutputId{0});
}

void EqualNodes::enter(NodeId id) {
  const Node& node = recording_.nodes[id];
  if (!may_equal_others(node)) return;
  const std::size_t mask = table_.size() - 1;
  std::size_t at = hash(node) & mask;
  for (; table_[at] != no_id; at = (at + 1) & mask) {
    const Node& other = recording_.nodes[table_[at]];
    if (!equal(node, other)) continue;
    for (std::uint32_t k = 0; k < node.outputs; ++k) {
      sum_of_[node.first_output + k] = other.first_output + k;
    }
    return;
  }
  table_[at] = id;
}

// A rule that reads numbers would read the tensors of the first node for all equal ones. These hold
// equal numbers but are different tensors, and a second gradient may be taken of one only.
bool EqualNodes::may_equal_others(const Node& node) const {
  const Op& op = *node.op;
  if (node.slots > 0 || op.algebra.random || op.algebra.effect) return false;
  const auto inputs = recording_.inputs_of(node);
  for (int k = 0; k < static_cast<int>(std::min<std::uint32_t>(node.inputs, 3)); ++k) {
    const Reads reads = op.reads_for(k);
    if (reads.outputs != 0) return false;
    for (std::uint32_t j = 0; j < std::min<std::uint32_t>(node.inputs, 32); ++j) {
      const bool read = (reads.inputs >> j & 1) != 0;
      if (read && is_floating(recording_.outputs[inputs[j]].dtype)) return false;
    }
  }
  return true;
}

// Returns whether equal nodes must have the very same tensor as this input. A rule sees only the
// shape and dtype of an input whose numbers are not read and that no gradient is taken of.
bool EqualNodes::must_be_same(OutputId input) const {
  return reaches_[input] || !is_floating(recording_.outputs[input].dtype);
}

std::uint64_t EqualNodes::hash(const Node& node) const {
  std::uint64_t h = reinterpret_cast<std::uintptr_t>(node.op);
  for (const OutputId input : recording_.inputs_of(node)) {
    h = mixed(h, must_be_same(input) ? sum_of_[input] : recording_.outputs[input].shape.hash());
  }
  for (const std::int64_t i : recording_.integers_of(node)) {
    h = mixed(h, static_cast<std::uint64_t>(i));
  }
  return h;
}

bool EqualNodes::equal(const Node& a, const Node& b) const {
  if (a.op != b.op || a.outputs != b.outputs ||
      !std::ranges::equal(recording_.integers_of(a), recording_.integers_of(b))) {
    return false;
  }
  for (std::uint32_t k = 0; k < a.outputs; ++k) {
    if (!same_type(a.first_output + k, b.first_output + k)) return false;
  }
  return std::ranges::equal(recording_.inputs_of(a), recording_.inputs_of(b),
                            [&](OutputId x, OutputId y) {
                              const bool same = must_be_same(x) || must_be_same(y);
                              return same ? sum_of_[x] == sum_of_[y] : same_type(x, y);
                            });
}

bool EqualNodes::same_type(OutputId a, OutputId b) const {
  const Output& x = recording_.outputs[a];
  const Output& y = recording_.outputs[b];
  return x.shape == y.shape && x.dtype == y.dtype;
}

}  // namespace chronograd::detail
