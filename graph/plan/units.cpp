#include "chronograd/graph/plan/units.h"

#include <algorithm>
#include <unordered_map>

#include "chronograd/graph/detail/mixed.h"

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
  for (std::uint32_t p = 0; p < fusion_.passes.size(); ++p) {
    units_.push_back({.index = p, .is_pass = true});
  }
  for (std::uint32_t n = 0; n < draft_.nodes.size(); ++n) {
    const Draft::Node& node = draft_.nodes[n];
    if (node.kind == Kind::view) continue;
    if (node.kind == Kind::elementwise || fusion_.pass_of[n] != no_id) {
      unit_of_node_[n] = fusion_.pass_of[n];
    } else {
      unit_of_node_[n] = static_cast<std::uint32_t>(units_.size());
      units_.push_back({.index = n, .is_pass = false});
    }
  }
}

std::uint32_t Units::unit_of(ValueId value) const {
  const std::uint32_t node = draft_.values[draft_.values[value].base].node;
  return node == no_id ? no_id : unit_of_node_[node];
}

template <class F>
void Units::for_each_input(const Unit& unit, F f) const {
  if (unit.is_pass) {
    for (const Pass::Input& input : fusion_.passes[unit.index].inputs) f(input.value);
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

void Units::find_keys() {
  std::unordered_map<std::uint64_t, std::uint32_t> known;
  for (Unit& unit : units_) {
    const std::uint64_t hash = unit.is_pass ? key_of(fusion_.passes[unit.index]) : key_of(unit);
    auto key = static_cast<std::uint32_t>(keys_);
    if (hash != 0) key = known.try_emplace(hash, key).first->second;
    if (key == keys_) ++keys_;
    unit.key = key;
  }
}

std::uint64_t Units::key_of(const Pass& pass) {
  std::uint64_t hash = detail::mixed(pass.shape.hash(), static_cast<std::uint64_t>(pass.compute));
  for (const Instruction& i : pass.code) {
    hash = detail::mixed(hash, bits_of(i));
  }
  for (const Pass::Store& store : pass.stores) {
    hash = detail::mixed(hash, static_cast<std::uint64_t>(store.from));
  }
  return detail::mixed(hash, pass.inputs.size()) | 1;
}

// Equal for nodes that the row law joins; 0 for those that it does not.
std::uint64_t Units::key_of(Unit& unit) const {
  const Draft::Node& node = draft_.nodes[unit.index];
  const Attributes attributes = recording_.attributes_of(recording_.nodes[node.recorded]);
  if (node.kind != Kind::kernel || node.op->algebra.stacks == nullptr || node.op->algebra.random ||
      node.op->algebra.effect || !attributes.slots.empty()) {
    return 0;
  }
  unit.stacks = node.op->algebra.stacks(*NodeInference(draft_, recording_, node));
  if (unit.stacks == 0) return 0;
  std::uint64_t hash = reinterpret_cast<std::uintptr_t>(node.op);
  for (const std::int64_t i : attributes.integers) {
    hash = detail::mixed(hash, static_cast<std::uint64_t>(i));
  }
  const auto inputs = draft_.inputs_of(node);
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    const Draft::Value& value = draft_.values[inputs[k]];
    hash = detail::mixed(hash, static_cast<std::uint64_t>(value.dtype));
    if (k < 32 && (unit.stacks >> k & 1) != 0) {
      hash = detail::mixed(hash, value.shape.without(0).hash());
    } else {
      hash = detail::mixed(hash, value.base);
      hash = detail::mixed(hash, static_cast<std::uint64_t>(value.offset));
      hash = detail::mixed(hash, value.shape.hash());
      for (const std::int64_t s : value.strides.values()) {
        hash = detail::mixed(hash, static_cast<std::uint64_t>(s));
      }
    }
  }
  return detail::mixed(hash, unit.stacks) | 1;
}

}  // namespace chronograd::plan
