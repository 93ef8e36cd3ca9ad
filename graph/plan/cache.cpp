#include "chronograd/graph/plan/cache.h"

#include <algorithm>
#include <list>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "chronograd/graph/detail/mixed.h"
#include "chronograd/graph/detail/past.h"
#include "chronograd/graph/planning.h"

namespace chronograd {
namespace plan {
namespace {

struct Hash {
  std::size_t operator()(const Key& key) const {
    return detail::mixed(key.structure, key.evaluation);
  }
};

std::size_t bytes_of(const Plan& plan) {
  constexpr std::size_t operand = sizeof(Plan::Operand);
  std::size_t bytes = plan.leaves.size() * sizeof(OutputId) +
                      plan.results.size() * sizeof(Plan::Result) +
                      plan.steps.capacity() * sizeof(Plan::Step);
  std::unordered_set<const Plan::Program*> programs;
  for (const Plan::Step& step : plan.steps) {
    if (const auto* kernel = std::get_if<Plan::Kernel>(&step)) {
      bytes += (kernel->inputs.size() + kernel->outputs.size()) * operand +
               kernel->recorded.size() * sizeof(NodeId);
    } else if (const auto* copies = std::get_if<Plan::Copies>(&step)) {
      bytes += copies->pairs.size() * sizeof(Plan::Copies::Pair);
    } else if (const auto* passes = std::get_if<Plan::Passes>(&step)) {
      bytes += passes->addresses.size() * sizeof(Plan::Address);
      if (!programs.insert(passes->program.get()).second) continue;
      const Plan::Program& program = *passes->program;
      constexpr std::size_t walker = 128;  // what going over an operand takes
      bytes += (program.inputs.size() + program.stores.size()) * (sizeof(Array) + walker) +
               program.code.size() * walker;
    }
  }
  return bytes;
}

constexpr std::size_t usual_bytes = std::size_t{64} << 20;
constexpr std::size_t most_bytes = std::size_t{1} << 30;

class Cache {
 public:
  std::shared_ptr<const Plan> find(const Key& key) {
    const std::lock_guard lock{mutex_};
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return nullptr;
    ++counters_.hits;
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->plan;
  }

  void remember(const Key& key, std::shared_ptr<const Plan> plan) {
    std::list<Entry> forgotten;  // freed when the lock is
    const std::lock_guard lock{mutex_};
    ++counters_.misses;
    if (by_key_.contains(key)) return;
    const std::size_t bytes = bytes_of(*plan);
    if (bytes > limit_.value_or(most_bytes)) return;
    entries_.push_front({key, std::move(plan), bytes});
    by_key_.emplace(key, entries_.begin());
    counters_.bytes += bytes;
    forget_what_is_too_much(forgotten);
  }

  void clear() {
    std::list<Entry> forgotten;
    const std::lock_guard lock{mutex_};
    while (!entries_.empty()) forget_last(forgotten);
  }

  void set_limit(std::size_t bytes) {
    std::list<Entry> forgotten;
    const std::lock_guard lock{mutex_};
    limit_ = bytes;
    forget_what_is_too_much(forgotten);
  }

  void count_fallback() {
    const std::lock_guard lock{mutex_};
    ++counters_.fallbacks;
  }

  PlanCounters counters() {
    const std::lock_guard lock{mutex_};
    PlanCounters now = counters_;
    now.plans = entries_.size();
    return now;
  }

 private:
  struct Entry {
    Key key;
    std::shared_ptr<const Plan> plan;
    std::size_t bytes;
  };

  std::size_t limit() const {
    std::size_t largest = 0;
    for (const Entry& entry : entries_) largest = std::max(largest, entry.bytes);
    return limit_.value_or(std::clamp(2 * largest, usual_bytes, most_bytes));
  }

  void forget_what_is_too_much(std::list<Entry>& forgotten) {
    while (counters_.bytes > limit()) {
      ++counters_.evictions;
      forget_last(forgotten);
    }
  }

  void forget_last(std::list<Entry>& forgotten) {
    by_key_.erase(entries_.back().key);
    counters_.bytes -= entries_.back().bytes;
    forgotten.splice(forgotten.begin(), entries_, std::prev(entries_.end()));
  }

  std::mutex mutex_;
  std::list<Entry> entries_;  ///< the most recently used first
  std::unordered_map<Key, std::list<Entry>::iterator, Hash> by_key_;
  PlanCounters counters_;
  std::optional<std::size_t> limit_;
};

Cache& cache() {
  static Cache& instance = *new Cache;  // tapes may outlive static objects
  return instance;
}

}  // namespace

std::shared_ptr<const Plan> find_plan(const Key& key) { return cache().find(key); }
void remember_plan(const Key& key, std::shared_ptr<const Plan> plan) {
  cache().remember(key, std::move(plan));
}
void count_fallback() { cache().count_fallback(); }

}  // namespace plan

PlanCounters plan_counters() { return plan::cache().counters(); }
void forget_plans() {
  plan::cache().clear();
  detail::forget_traces();
}
void set_plan_memory(std::size_t bytes) { plan::cache().set_limit(bytes); }

}  // namespace chronograd
