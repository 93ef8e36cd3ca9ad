#include "chronograd/graph/plan/schedule.h"

#include <algorithm>
#include <queue>

#include "chronograd/graph/plan/units.h"

namespace chronograd::plan {
namespace {

using Kind = Draft::Kind;
using detail::Recording;

// To join nodes is worth a copy of this much of each.
constexpr std::int64_t copied_bytes_per_member = 16384;

class Scheduler {
 public:
  Scheduler(const Draft& draft, const Fusion& fusion, const Recording& recording)
      : draft_(draft),
        recording_(recording),
        units_(draft, fusion, recording),
        keys_(units_.keys()),
        done_(units_.size()),
        joining_(draft, recording) {
    for (std::uint32_t u = 0; u < units_.size(); ++u) ++keys_[units_[u].key].left;
  }

  Schedule run() {
    joining_.place_joins();
    list();
    return {std::move(steps_), joining_.take()};
  }

 private:
  struct Key {
    std::uint32_t left = 0;
    std::vector<std::uint32_t> ready;
  };

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
        u = no_id - urgent_.top().second;
        urgent_.pop();
      }
      if (!done_[u]) run_key(units_[u].key);
    }
  }

  void make_ready(std::uint32_t u) {
    Key& key = keys_[units_[u].key];
    key.ready.push_back(u);
    if (key.ready.size() == key.left && shrinks(units_[u])) {
      shrinking_.push_back(u);
    } else {
      urgent_.push({units_[u].followers, no_id - u});  // of equals the first
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
      steps_.push_back(std::move(step));
    } else {
      run_nodes(ready);
    }
    for (const std::uint32_t u : ready) {
      done_[u] = true;
      for (const std::uint32_t reader : units_.readers(u)) {
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
      steps_.push_back(std::move(step));
    } else if (node.kind == Kind::sum) {
      run_sum(units_[ready.front()].index);
    } else if (ready.size() == 1 || !run_joined(ready)) {
      for (const std::uint32_t u : ready) run_alone(units_[u].index);
    }
  }

  void run_alone(std::uint32_t n) {
    const Draft::Node& node = draft_.nodes[n];
    Step step{Step::Kind::kernel, {n}, {}, {}};
    for (const ValueId v : draft_.inputs_of(node)) step.inputs.push_back(joining_.single(v));
    for (ValueId v = node.first_value; v < node.first_value + node.values; ++v) {
      step.outputs.push_back(joining_.single(v));
    }
    steps_.push_back(std::move(step));
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
    const auto order = joining_.order_as_they_lie(inputs);
    if (!order.empty()) {
      const std::vector<std::uint32_t> before(ready.begin(), ready.end());
      for (std::size_t k = 0; k < order.size(); ++k) ready[k] = before[order[k]];
    }
    for (const auto& input : inputs) {
      if (!input.empty()) copied += joining_.copied(input, 0);
    }
    if (copied > copied_bytes_per_member * static_cast<std::int64_t>(ready.size())) return false;
    Step step{Step::Kind::kernel, {}, {}, {}};
    for (const std::uint32_t u : ready) step.members.push_back(units_[u].index);
    for (std::uint32_t v = 0; v < node.values; ++v) {
      std::vector<ValueId> outputs;
      for (const std::uint32_t u : ready) {
        outputs.push_back(draft_.nodes[units_[u].index].first_value + v);
      }
      step.outputs.push_back(joining_.join(std::move(outputs), 0));
    }
    for (std::uint32_t k = 0; k < node.inputs; ++k) {
      const bool stacked = (first.stacks >> k & 1) != 0;
      step.inputs.push_back(stacked ? joining_.join(std::move(inputs[k]), 0)
                                    : joining_.single(draft_.inputs_of(node)[k]));
    }
    steps_.push_back(std::move(step));
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
    joining_.order_as_they_lie(joined);
    Step step{Step::Kind::kernel, {n}, {}, {}};
    for (std::size_t k = 0; k < operands; ++k) {
      step.inputs.push_back(joining_.join(std::move(joined[k]), axes[k]));
    }
    step.outputs.push_back(joining_.single(node.first_value));
    steps_.push_back(std::move(step));
  }

  const Draft& draft_;
  const Recording& recording_;
  Units units_;
  std::vector<Key> keys_;
  std::vector<bool> done_;
  Joining joining_;
  std::vector<Step> steps_;
  std::vector<std::uint32_t> shrinking_;
  std::priority_queue<std::pair<std::uint32_t, std::uint32_t>> urgent_;
};

}  // namespace

Schedule schedule(const Draft& draft, const Fusion& fusion, const Recording& recording) {
  return Scheduler(draft, fusion, recording).run();
}

}  // namespace chronograd::plan
