#include "chronograd/graph/plan/schedule.h"

#include <algorithm>
#include <optional>
#include <queue>
#include <unordered_map>

namespace chronograd::plan {
namespace {

using Kind = Draft::Kind;
using detail::Recording;

// To join nodes is worth a copy of this much of each.
constexpr std::int64_t copied_bytes_per_member = 16384;

std::uint64_t mixed(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9FB21C651E98DF25u;
  return hash ^ (hash >> 32);
}

/// The strides of a run of pieces like this one, side by side along `axis`: none unless the piece
/// is all of its memory and the axis is the outermost one there.
std::optional<Strides> strides_of_run(const Draft& draft, ValueId v, int axis) {
  const Draft::Value& value = draft.values[v];
  if (!draft.whole(value) || value.shape.empty()) return std::nullopt;
  std::array<std::int64_t, Shape::max_rank> strides{};
  for (int k = 0; k < value.shape.rank(); ++k) {
    const bool counts = value.shape[k] > 1;
    if (counts && value.strides[k] <= 0) return std::nullopt;
    strides[static_cast<std::size_t>(k)] = counts ? value.strides[k] : 1;
  }
  const std::int64_t step = value.shape.size() / value.shape[axis];
  if (value.shape[axis] > 1 && value.strides[axis] != step) return std::nullopt;
  strides[static_cast<std::size_t>(axis)] = step;
  return Strides(std::span(strides).first(static_cast<std::size_t>(value.shape.rank())));
}

/// The strides of dense memory with that axis outermost.
Strides strides_with_outermost(Shape shape, int axis) {
  std::array<std::int64_t, Shape::max_rank> strides{};
  std::int64_t step = 1;
  for (int k = shape.rank() - 1; k >= 0; --k) {
    if (k == axis) continue;
    strides[static_cast<std::size_t>(k)] = step;
    step *= shape[k];
  }
  strides[static_cast<std::size_t>(axis)] = step;
  return Strides(std::span(strides).first(static_cast<std::size_t>(shape.rank())));
}

class Scheduler {
 public:
  Scheduler(const Draft& draft, const Fusion& fusion, const Recording& recording)
      : draft_(draft),
        fusion_(fusion),
        recording_(recording),
        result_{{},
                Layout(draft.values.size()),
                std::vector<ValueId>(draft.values.size(), no_id),
                std::vector<std::uint32_t>(draft.values.size(), Layout::nowhere)} {}

  Schedule run() {
    number_units();
    connect();
    count_followers();
    find_keys();
    place_joins();
    list();
    return std::move(result_);
  }

 private:
  struct Unit {
    std::uint32_t index;  ///< of the pass or node
    bool is_pass;
    std::uint32_t waits_for = 0;
    std::uint32_t followers = 0;  ///< the most units that must run after it, one after the other
    std::uint32_t key = no_id;
    std::uint32_t stacks = 0;  ///< bits of the inputs that are joined
    bool done = false;
  };
  struct Key {
    std::uint32_t left = 0;
    std::vector<std::uint32_t> ready;
  };

  void number_units() {
    unit_of_node_.assign(draft_.nodes.size(), no_id);
    for (std::uint32_t p = 0; p < fusion_.passes.size(); ++p) {
      units_.push_back({.index = p, .is_pass = true});
    }
    for (std::uint32_t n = 0; n < draft_.nodes.size(); ++n) {
      const Draft::Node& node = draft_.nodes[n];
      if (node.kind == Kind::view) continue;
      if (node.kind == Kind::elementwise) {
        unit_of_node_[n] = fusion_.pass_of[n];
      } else {
        unit_of_node_[n] = static_cast<std::uint32_t>(units_.size());
        units_.push_back({.index = n, .is_pass = false});
      }
    }
  }

  std::uint32_t unit_of(ValueId value) const {
    const std::uint32_t node = draft_.values[draft_.values[value].base].node;
    return node == no_id ? no_id : unit_of_node_[node];
  }

  template <class F>
  void for_each_input(const Unit& unit, F f) const {
    if (unit.is_pass) {
      for (const Pass::Input& input : fusion_.passes[unit.index].inputs) f(input.value);
    } else {
      for (const ValueId input : draft_.inputs_of(draft_.nodes[unit.index])) f(input);
    }
  }

  void connect() {
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

  std::span<const std::uint32_t> readers(std::uint32_t u) const {
    return std::span(readers_).subspan(first_reader_[u], first_reader_[u + 1] - first_reader_[u]);
  }

  void count_followers() {
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

  void find_keys() {
    std::unordered_map<std::uint64_t, std::uint32_t> known;
    for (Unit& unit : units_) {
      const std::uint64_t hash = unit.is_pass ? key_of(fusion_.passes[unit.index]) : key_of(unit);
      std::uint32_t key = static_cast<std::uint32_t>(keys_.size());
      if (hash != 0) key = known.try_emplace(hash, key).first->second;
      if (key == keys_.size()) keys_.emplace_back();
      unit.key = key;
      ++keys_[key].left;
    }
  }

  static std::uint64_t key_of(const Pass& pass) {
    std::uint64_t hash = mixed(pass.shape.hash(), static_cast<std::uint64_t>(pass.compute));
    for (const Instruction& i : pass.code) {
      hash = mixed(hash, static_cast<std::uint64_t>(i.op) << 24 | i.a << 16 | i.b << 8 | i.c);
    }
    for (const Pass::Store& store : pass.stores) {
      hash = mixed(hash, static_cast<std::uint64_t>(store.from));
    }
    return mixed(hash, pass.inputs.size()) | 1;
  }

  // Equal for nodes that the row law joins; 0 for those that it does not.
  std::uint64_t key_of(Unit& unit) {
    const Draft::Node& node = draft_.nodes[unit.index];
    const Attributes attributes = recording_.attributes_of(recording_.nodes[node.recorded]);
    if (node.kind != Kind::kernel || node.op->algebra.stacks == nullptr ||
        node.op->algebra.random || node.op->algebra.effect || !attributes.slots.empty()) {
      return 0;
    }
    unit.stacks = node.op->algebra.stacks(*NodeInference(draft_, recording_, node));
    if (unit.stacks == 0) return 0;
    std::uint64_t hash = reinterpret_cast<std::uintptr_t>(node.op);
    for (const std::int64_t i : attributes.integers) {
      hash = mixed(hash, static_cast<std::uint64_t>(i));
    }
    const auto inputs = draft_.inputs_of(node);
    for (std::size_t k = 0; k < inputs.size(); ++k) {
      const Draft::Value& value = draft_.values[inputs[k]];
      hash = mixed(hash, static_cast<std::uint64_t>(value.dtype));
      if (k < 32 && (unit.stacks >> k & 1) != 0) {
        hash = mixed(hash, value.shape.without(0).hash());
      } else {
        hash = mixed(hash, value.base);
        hash = mixed(hash, static_cast<std::uint64_t>(value.offset));
        hash = mixed(hash, value.shape.hash());
        for (const std::int64_t s : value.strides.values()) {
          hash = mixed(hash, static_cast<std::uint64_t>(s));
        }
      }
    }
    return mixed(hash, unit.stacks) | 1;
  }

  /// What a run along `axis` that has these strides asks for.
  Layout::Piece piece(ValueId v, int axis, Strides strides) const {
    const Draft::Value& value = draft_.values[v];
    const bool can = can_be_placed(value.base) && plan::strides_of_run(draft_, v, axis) == strides;
    return {can ? value.base : no_id,
            value.shape.size() * static_cast<std::int64_t>(size_of(value.dtype))};
  }

  std::vector<Layout::Piece> pieces(std::span<const ValueId> values, int axis,
                                    Strides strides) const {
    std::vector<Layout::Piece> list;
    list.reserve(values.size());
    for (const ValueId v : values) list.push_back(piece(v, axis, strides));
    return list;
  }

  Strides strides_of_run(std::span<const ValueId> values, int axis) const {
    for (const ValueId v : values) {
      if (!can_be_placed(draft_.values[v].base)) continue;
      if (const auto strides = plan::strides_of_run(draft_, v, axis)) return *strides;
    }
    return strides_with_outermost(draft_.values[values.front()].shape, axis);
  }

  // Asked values have memory of their own, and results of joins lie where their pieces do.
  bool can_be_placed(ValueId base) const {
    const Draft::Node* from = draft_.producer(base);
    return from != nullptr && !draft_.values[base].asked && result_.inside[base] == no_id &&
           result_.runs[base] == Layout::nowhere;
  }

  // Joins take their pieces where they can: side by side when they follow each other in memory, or
  // else each in its place within the result.
  void place_joins() {
    for (std::uint32_t n = 0; n < draft_.nodes.size(); ++n) {
      if (draft_.nodes[n].kind == Kind::join) place_join(draft_.nodes[n]);
    }
  }

  void place_join(const Draft::Node& node) {
    const ValueId out = node.first_value;
    const Draft::Value& result = draft_.values[out];
    if (result.shape.empty()) return;
    const auto inputs = draft_.inputs_of(node);
    const bool all = std::ranges::all_of(inputs, [&](ValueId v) { return fits_inside(v); });
    if (!all && !result.asked && lie_side_by_side(node)) {
      std::vector<Layout::Piece> list;
      for (const ValueId v : inputs) list.push_back(side_by_side(v));
      result_.runs[out] = result_.layout.want(list);
      return;
    }
    for (const ValueId v : inputs) {
      if (fits_inside(v)) result_.inside[v] = out;
    }
  }

  // What an elementwise program computes can be stored with any strides.
  bool fits_inside(ValueId v) const {
    const Draft::Value& value = draft_.values[v];
    const Draft::Node* from = draft_.producer(v);
    return value.base == v && value.uses == 1 && !value.wanted && from != nullptr &&
           from->kind == Kind::elementwise && result_.layout.element_of(v) == Layout::nowhere;
  }

  Layout::Piece side_by_side(ValueId v) const {
    const Draft::Value& value = draft_.values[v];
    const bool can = can_be_placed(value.base) && draft_.whole(value) &&
                     value.strides == Strides::dense(value.shape);
    return {can ? value.base : no_id,
            value.shape.size() * static_cast<std::int64_t>(size_of(value.dtype))};
  }

  // Whether the places of a join's inputs are dense and follow each other.
  bool lie_side_by_side(const Draft::Node& node) const {
    const Draft::Value& result = draft_.values[node.first_value];
    std::vector<Array> inputs;
    for (const ValueId v : draft_.inputs_of(node)) {
      const Draft::Value& value = draft_.values[v];
      inputs.push_back({{}, nullptr, value.shape, value.strides, value.dtype});
    }
    auto* const begin = reinterpret_cast<std::byte*>(std::uintptr_t{1} << 46);
    Array out{{}, begin, result.shape, Strides::dense(result.shape), result.dtype};
    std::vector<Array> places(inputs.size());
    const detail::Node& recorded = recording_.nodes[node.recorded];
    node.op->place({*node.op,
                    recording_.attributes_of(recorded),
                    recording_.place_of(recorded),
                    inputs,
                    {&out, 1}},
                   places);
    const std::byte* next = begin;
    for (const Array& place : places) {
      if (!place.dense() || place.data != next) return false;
      next += place.shape.size() * static_cast<std::int64_t>(size_of(place.dtype));
    }
    return true;
  }

  void list() {
    for (std::uint32_t u = 0; u < units_.size(); ++u) {
      if (units_[u].waits_for == 0) make_ready(u);
    }
    // What most has to wait for comes first, and with it all that the row law joins to it. What is
    // needed late comes late: then more of its kind are ready, and less memory is held. But what
    // makes less of more runs at once, when all of its kind are ready.
    while (!shrinking_.empty() || !urgent_.empty()) {
      std::uint32_t u = 0;
      if (!shrinking_.empty()) {
        u = shrinking_.back();
        shrinking_.pop_back();
      } else {
        u = urgent_.top().second;
        urgent_.pop();
      }
      if (!units_[u].done) run_key(units_[u].key);
    }
  }

  void make_ready(std::uint32_t u) {
    Key& key = keys_[units_[u].key];
    key.ready.push_back(u);
    if (key.ready.size() == key.left && shrinks(units_[u])) {
      shrinking_.push_back(u);
    } else {
      urgent_.push({units_[u].followers, u});
    }
  }

  bool shrinks(const Unit& unit) const {
    if (unit.is_pass || draft_.nodes[unit.index].kind == Kind::join) return false;
    const Draft::Node& node = draft_.nodes[unit.index];
    std::int64_t more = 0;
    for (const ValueId v : draft_.inputs_of(node)) {
      if (draft_.producer(draft_.values[v].base) != nullptr) more += draft_.values[v].shape.size();
    }
    for (ValueId v = node.first_value; v < node.first_value + node.values; ++v) {
      more -= draft_.values[v].shape.size();
    }
    return more > 0;
  }

  void run_key(std::uint32_t k) {
    std::vector<std::uint32_t> ready;
    ready.swap(keys_[k].ready);
    keys_[k].left -= static_cast<std::uint32_t>(ready.size());
    if (units_[ready.front()].is_pass) {
      Step step{Step::Kind::passes, {}, {}, {}};
      for (const std::uint32_t u : ready) step.members.push_back(units_[u].index);
      result_.steps.push_back(std::move(step));
    } else {
      run_nodes(ready);
    }
    for (const std::uint32_t u : ready) {
      units_[u].done = true;
      for (const std::uint32_t reader : readers(u)) {
        if (--units_[reader].waits_for == 0) make_ready(reader);
      }
    }
  }

  // Nodes of a gradient count as those that they are the gradient of: then what was joined forwards
  // is joined in the same order backwards.
  NodeId order_of(const Draft::Node& node) const {
    const NodeId partner = recording_.nodes[node.recorded].partner;
    return partner != no_id ? partner : node.recorded;
  }

  void run_nodes(std::span<std::uint32_t> ready) {
    const Draft::Node& node = draft_.nodes[units_[ready.front()].index];
    if (node.kind == Kind::join) {
      Step step{Step::Kind::join, {units_[ready.front()].index}, {}, {}};
      result_.steps.push_back(std::move(step));
    } else if (node.kind == Kind::sum) {
      run_sum(units_[ready.front()].index);
    } else if (ready.size() == 1 || !run_joined(ready)) {
      for (const std::uint32_t u : ready) run_alone(units_[u].index);
    }
  }

  void run_alone(std::uint32_t n) {
    const Draft::Node& node = draft_.nodes[n];
    Step step{Step::Kind::kernel, {n}, {}, {}};
    for (const ValueId v : draft_.inputs_of(node)) step.inputs.push_back(single(v));
    for (ValueId v = node.first_value; v < node.first_value + node.values; ++v) {
      step.outputs.push_back(single(v));
    }
    result_.steps.push_back(std::move(step));
  }

  Joined single(ValueId v) const {
    return {.pieces = {v}, .shape = draft_.values[v].shape, .strides = draft_.values[v].strides};
  }

  // Whether the values are parts of one value already, one after the other.
  bool follow_each_other(std::span<const ValueId> values, int axis) const {
    const Draft::Value& first = draft_.values[values.front()];
    std::int64_t offset = first.offset;
    for (const ValueId v : values) {
      const Draft::Value& value = draft_.values[v];
      if (value.base != first.base || value.strides != first.strides || value.offset != offset) {
        return false;
      }
      offset +=
          value.shape[axis] * value.strides[axis] * static_cast<std::int64_t>(size_of(value.dtype));
    }
    return true;
  }

  Joined join(std::vector<ValueId> values, int axis) {
    std::int64_t size = 0;
    for (const ValueId v : values) size += draft_.values[v].shape[axis];
    Joined joined{.axis = axis, .shape = draft_.values[values.front()].shape.with(axis, size)};
    joined.strides = strides_of_run(values, axis);
    if (!follow_each_other(values, axis)) {
      joined.element = result_.layout.want(pieces(values, axis, joined.strides));
    }
    joined.pieces = std::move(values);
    return joined;
  }

  bool run_joined(std::span<std::uint32_t> ready) {
    std::ranges::sort(ready, {},
                      [&](std::uint32_t u) { return order_of(draft_.nodes[units_[u].index]); });
    const Unit& first = units_[ready.front()];
    const Draft::Node& node = draft_.nodes[first.index];
    std::vector<std::vector<ValueId>> inputs(node.inputs);
    std::int64_t copied = 0;
    for (std::uint32_t k = 0; k < node.inputs; ++k) {
      if ((first.stacks >> k & 1) == 0) continue;
      for (const std::uint32_t u : ready) {
        inputs[k].push_back(draft_.inputs_of(draft_.nodes[units_[u].index])[k]);
      }
    }
    const auto order = order_as_they_lie(inputs);
    if (!order.empty()) {
      const std::vector<std::uint32_t> before(ready.begin(), ready.end());
      for (std::size_t k = 0; k < order.size(); ++k) ready[k] = before[order[k]];
    }
    for (const auto& input : inputs) {
      if (input.empty() || follow_each_other(input, 0)) continue;
      copied += result_.layout.holes(pieces(input, 0, strides_of_run(input, 0)));
    }
    if (copied > copied_bytes_per_member * static_cast<std::int64_t>(ready.size())) return false;
    Step step{Step::Kind::kernel, {}, {}, {}};
    for (const std::uint32_t u : ready) step.members.push_back(units_[u].index);
    for (std::uint32_t v = 0; v < node.values; ++v) {
      std::vector<ValueId> outputs;
      for (const std::uint32_t u : ready) {
        outputs.push_back(draft_.nodes[units_[u].index].first_value + v);
      }
      step.outputs.push_back(join(std::move(outputs), 0));
    }
    for (std::uint32_t k = 0; k < node.inputs; ++k) {
      const bool stacked = (first.stacks >> k & 1) != 0;
      step.inputs.push_back(stacked ? join(std::move(inputs[k]), 0)
                                    : single(draft_.inputs_of(node)[k]));
    }
    result_.steps.push_back(std::move(step));
    return true;
  }

  // The terms may be joined in any order: best in that in which the operands lie already.
  void run_sum(std::uint32_t n) {
    const Draft::Node& node = draft_.nodes[n];
    const auto inputs = draft_.inputs_of(node);
    const std::size_t operands = recording_.nodes[node.recorded].inputs;
    Draft::Node term = node;
    term.inputs = static_cast<std::uint32_t>(operands);
    const std::vector<int> axes =
        node.op->algebra.sums_over(*NodeInference(draft_, recording_, term));
    std::vector<std::vector<ValueId>> joined(operands);
    for (std::size_t k = 0; k < inputs.size(); ++k) joined[k % operands].push_back(inputs[k]);
    order_as_they_lie(joined);
    Step step{Step::Kind::kernel, {n}, {}, {}};
    for (std::size_t k = 0; k < operands; ++k) {
      step.inputs.push_back(join(std::move(joined[k]), axes[k]));
    }
    step.outputs.push_back(single(node.first_value));
    result_.steps.push_back(std::move(step));
  }

  using Position = std::array<std::int64_t, 3>;

  /// Where a value lies, if that is known already.
  std::optional<Position> position(ValueId v) const {
    const Draft::Value& value = draft_.values[v];
    const std::uint32_t e = result_.layout.element_of(value.base);
    if (e != Layout::nowhere) {
      const Layout::Element& element = result_.layout.element(e);
      return Position{element.block, element.index, value.offset};
    }
    const bool part = !draft_.whole(value) || draft_.producer(value.base) == nullptr;
    if (part) return Position{-1 - std::int64_t{value.base}, 0, value.offset};
    return std::nullopt;
  }

  /// Lists of equal length are put in the order of the one with the most memory among those that
  /// lie somewhere already; where none does they stay as they are. Returns the new order.
  std::vector<std::uint32_t> order_as_they_lie(std::vector<std::vector<ValueId>>& lists) const {
    std::vector<Position> best;
    std::int64_t most = 0;
    for (const auto& list : lists) {
      std::int64_t bytes = 0;
      std::vector<Position> positions;
      for (const ValueId v : list) {
        const auto at = position(v);
        if (!at) break;
        positions.push_back(*at);
        bytes += draft_.values[v].shape.size();
      }
      if (!list.empty() && positions.size() == list.size() && bytes > most) {
        most = bytes;
        best = std::move(positions);
      }
    }
    std::vector<std::uint32_t> order(best.size());
    for (std::uint32_t k = 0; k < order.size(); ++k) order[k] = k;
    std::ranges::sort(order, {}, [&](std::uint32_t k) { return std::pair(best[k], k); });
    if (order.empty()) return order;
    for (auto& list : lists) {
      std::vector<ValueId> sorted;
      for (std::size_t k = 0; k < list.size(); ++k) sorted.push_back(list[order[k]]);
      list = std::move(sorted);
    }
    return order;
  }

  const Draft& draft_;
  const Fusion& fusion_;
  const Recording& recording_;
  Schedule result_;
  std::vector<Unit> units_;
  std::vector<std::uint32_t> unit_of_node_;
  std::vector<std::uint32_t> first_reader_;
  std::vector<std::uint32_t> readers_;
  std::vector<Key> keys_;
  std::vector<std::uint32_t> shrinking_;
  std::priority_queue<std::pair<std::uint32_t, std::uint32_t>> urgent_;
};

}  // namespace

Schedule schedule(const Draft& draft, const Fusion& fusion, const Recording& recording) {
  return Scheduler(draft, fusion, recording).run();
}

}  // namespace chronograd::plan
