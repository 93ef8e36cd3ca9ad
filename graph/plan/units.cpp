#include "chronograd/graph/plan/units.h"

#include <algorithm>

namespace chronograd::plan {

using Kind = Draft::Kind;

Units::Units(const Draft& draft, const Fusion& fusion, const detail::Recording& recording)
    : draft_(draft), fusion_(fusion), recording_(recording) {
  number_units();
  connect();
  count_followers();
  find_keys();
}

void Units::number_units() {
  unit_of_node_.assign(draft_.nodes.size(), no_id);
  for (std::uint32_t p = 0; p < fusion_.kernels.size(); ++p) {
    units_.push_back({.index = p, .is_fused = true});
  }
  for (std::uint32_t n = 0; n < draft_.nodes.size(); ++n) {
    const Draft::Node& node = draft_.nodes[n];
    if (node.kind == Kind::view) continue;
    if (node.kind == Kind::elementwise || fusion_.kernel_of[n] != no_id) {
      unit_of_node_[n] = fusion_.kernel_of[n];
    } else {
      unit_of_node_[n] = static_cast<std::uint32_t>(units_.size());
      units_.push_back({.index = n, .is_fused = false});
    }
  }
}

std::uint32_t Units::unit_of(ValueId value) const {
  const std::uint32_t node = draft_.values[draft_.values[value].base].node;
  return node == no_id ? no_id : unit_of_node_[node];
}

template <class F>
void Units::for_each_input(const Unit& unit, F f) const {
  if (unit.is_fused) {
    for (const FusedKernel::Input& input : fusion_.kernels[unit.index].inputs) f(input.value);
  } else {
    for (const ValueId input : draft_.inputs_of(draft_.nodes[unit.index])) f(input);
  }
}

void Units::connect() {
  first_reader_.assign(units_.size() + 1, 0);
  for (Unit& unit : units_) {
    for_each_input(unit, [&](ValueId v) {
      if (const std::uint32_t from = unit_of(v); from != no_id) {
        ++first_reader_[from + 1];
        ++unit.waits_for;
      }
    });
  }
  for (std::size_t u = 0; u < units_.size(); ++u) first_reader_[u + 1] += first_reader_[u];
  readers_.resize(first_reader_.back());
  std::vector<std::uint32_t> next(first_reader_.begin(), first_reader_.end() - 1);
  for (std::uint32_t u = 0; u < units_.size(); ++u) {
    for_each_input(units_[u], [&](ValueId v) {
      if (const std::uint32_t from = unit_of(v); from != no_id) readers_[next[from]++] = u;
    });
  }
}

void Units::count_followers() {
  std::vector<std::uint32_t> order;
  std::vector<std::uint32_t> waits;
  for (std::uint32_t u = 0; u < units_.size(); ++u) {
    waits.push_back(units_[u].waits_for);
    if (units_[u].waits_for == 0) order.push_back(u);
  }
  for (std::size_t k = 0; k < order.size(); ++k) {
    for (const std::uint32_t reader : readers(order[k])) {
      if (--waits[reader] == 0) order.push_back(reader);
    }
  }
  for (auto u = order.rbegin(); u != order.rend(); ++u) {
    std::uint32_t following = 0;
    for (const std::uint32_t reader : readers(*u)) {
      following = std::max(following, units_[reader].followers + 1);
    }
    units_[*u].followers = following;
  }
}

namespace {

enum class Tells : std::uint8_t { alone, fused, node };

detail::Numbering& operator<<(detail::Numbering& kinds, Tells what) {
  return kinds << static_cast<std::uint64_t>(what);
}

void write_key(const FusedKernel& kernel, detail::Numbering& kinds) {
  kinds << Tells::fused << kernel.shape << static_cast<std::uint64_t>(kernel.compute)
        << kernel.inputs.size() << kernel.code.size();
  for (const Instruction& i : kernel.code) kinds << bits_of(i);
  for (const FusedKernel::Store& store : kernel.stores)
    kinds << static_cast<std::uint64_t>(store.from);
}

}  // namespace

void Units::find_keys() {
  detail::Numbering kinds;
  for (std::uint32_t u = 0; u < units_.size(); ++u) {
    Unit& unit = units_[u];
    if (unit.is_fused) {
      plan::write_key(fusion_.kernels[unit.index], kinds);
    } else if (!write_key(unit, kinds)) {
      kinds << Tells::alone << u;
    }
    unit.key = kinds.number();
  }
  keys_ = kinds.size();
}

// Writes down what must be equal for the row law to join nodes; false if it never joins this one.
bool Units::write_key(Unit& unit, detail::Numbering& kinds) const {
  const Draft::Node& node = draft_.nodes[unit.index];
  const Attributes attributes = recording_.attributes_of(recording_.nodes[node.recorded]);
  if (node.kind != Kind::kernel || node.op->algebra.stacks == nullptr || node.op->algebra.random ||
      node.op->algebra.effect || !attributes.slots.empty()) {
    return false;
  }
  unit.stacks = node.op->algebra.stacks(*NodeInference(draft_, recording_, node));
  if (unit.stacks == 0) return false;
  const auto inputs = draft_.inputs_of(node);
  kinds << Tells::node << node.op << attributes.integers << unit.stacks << inputs.size();
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    const Draft::Value& value = draft_.values[inputs[k]];
    kinds << static_cast<std::uint64_t>(value.dtype);
    if (k < 32 && (unit.stacks >> k & 1) != 0) {
      kinds << value.shape.without(0);
    } else {
      kinds << value.base << static_cast<std::uint64_t>(value.offset) << value.shape
            << value.strides;
    }
  }
  return true;
}

}  // namespace chronograd::plan
