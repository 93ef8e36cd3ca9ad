#include "chronograd/graph/plan/schedule.h"

#include <algorithm>
#include <queue>

#include "chronograd/graph/plan/units.h"

namespace chronograd::plan {
namespace {

using Kind = Draft::Kind;
using detail::Recording;

// Nodes are joined if no more than this must be copied for each of them.
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
    joining_.lay_out_joins();
    list();
    return {std::move(tasks_), joining_.take()};
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
    // The most urgent unit runs first, together with every ready unit that the row law joins to it.
    // What is not urgent waits: later, more units of its key are ready to be joined, and until then
    // its results take no memory. A unit whose results are smaller than its inputs is the
    // exception: it frees memory, so it runs as soon as all units of its key are ready.
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
      urgent_.push(
          {units_[u].followers, no_id - u});  // of equally urgent ones, the first comes first
    }
  }

  bool shrinks(const Unit& unit) const {
    if (unit.is_fused || draft_.nodes[unit.index].kind == Kind::join) return false;
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
    if (units_[ready.front()].is_fused) {
      Task task{Task::Kind::fused, {}, {}, {}};
      for (const std::uint32_t u : ready) task.members.push_back(units_[u].index);
      tasks_.push_back(std::move(task));
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

  // A node of a gradient counts as the node that it is the gradient of. What was joined forwards is
  // then joined in the same order backwards, and lies side by side already.
  NodeId order_of(const Draft::Node& node) const {
    const NodeId partner = recording_.nodes[node.recorded].partner;
    return partner != no_id ? partner : node.recorded;
  }

  void run_nodes(std::span<std::uint32_t> ready) {
    const Draft::Node& node = draft_.nodes[units_[ready.front()].index];
    if (node.kind == Kind::join) {
      Task task{Task::Kind::join, {units_[ready.front()].index}, {}, {}};
      tasks_.push_back(std::move(task));
    } else if (node.kind == Kind::sum) {
      run_sum(units_[ready.front()].index);
    } else if (ready.size() == 1 || !run_joined(ready)) {
      for (const std::uint32_t u : ready) run_alone(units_[u].index);
    }
  }

  void run_alone(std::uint32_t n) {
    const Draft::Node& node = draft_.nodes[n];
    Task task{Task::Kind::kernel, {n}, {}, {}};
    for (const ValueId v : draft_.inputs_of(node)) task.inputs.push_back(joining_.single(v));
    for (ValueId v = node.first_value; v < node.first_value + node.values; ++v) {
      task.outputs.push_back(joining_.single(v));
    }
    tasks_.push_back(std::move(task));
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
    Task task{Task::Kind::kernel, {}, {}, {}};
    for (const std::uint32_t u : ready) task.members.push_back(units_[u].index);
    for (std::uint32_t v = 0; v < node.values; ++v) {
      std::vector<ValueId> outputs;
      for (const std::uint32_t u : ready) {
        outputs.push_back(draft_.nodes[units_[u].index].first_value + v);
      }
      task.outputs.push_back(joining_.join(std::move(outputs), 0));
    }
    for (std::uint32_t k = 0; k < node.inputs; ++k) {
      const bool stacked = (first.stacks >> k & 1) != 0;
      task.inputs.push_back(stacked ? joining_.join(std::move(inputs[k]), 0)
                                    : joining_.single(draft_.inputs_of(node)[k]));
    }
    tasks_.push_back(std::move(task));
    return true;
  }

  // The terms of a sum may be joined in any order, so they are in the order in which the operands
  // lie already.
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
    Task task{Task::Kind::kernel, {n}, {}, {}};
    for (std::size_t k = 0; k < operands; ++k) {
      task.inputs.push_back(joining_.join(std::move(joined[k]), axes[k]));
    }
    task.outputs.push_back(joining_.single(node.first_value));
    tasks_.push_back(std::move(task));
  }

  const Draft& draft_;
  const Recording& recording_;
  Units units_;
  std::vector<Key> keys_;
  std::vector<bool> done_;
  Joining joining_;
  std::vector<Task> tasks_;
  std::vector<std::uint32_t> shrinking_;
  std::priority_queue<std::pair<std::uint32_t, std::uint32_t>> urgent_;
};

}  // namespace

Schedule schedule(const Draft& draft, const Fusion& fusion, const Recording& recording) {
  return Scheduler(draft, fusion, recording).run();
}

}  // namespace chronograd::plan
