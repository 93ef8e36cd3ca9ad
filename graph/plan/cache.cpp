#include "chronograd/graph/plan/cache.h"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <list>
#include <mutex>
#include <optional>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "chronograd/graph/memory/allowance.h"
#include "chronograd/graph/memory/hash.h"
#include "chronograd/graph/record/structure.h"

namespace chronograd::plan {
namespace {

std::size_t bytes_of(const Plan& plan) {
  constexpr std::size_t operand = sizeof(Plan::Operand);
  std::size_t bytes = plan.leaves.size() * sizeof(Plan::Leaf) +
                      plan.results.size() * sizeof(Plan::Result) +
                      plan.tasks.capacity() * sizeof(Plan::Task);
  std::unordered_set<const Plan::Program*> programs;
  for (const Plan::Task& task : plan.tasks) {
    if (const auto* kernel = std::get_if<Plan::Kernel>(&task)) {
      bytes += (kernel->inputs.size() + kernel->outputs.size()) * operand +
               kernel->recorded.size() * sizeof(NodeId);
    } else if (const auto* copies = std::get_if<Plan::Copies>(&task)) {
      bytes += copies->pairs.size() * sizeof(Plan::Copies::Pair);
    } else if (const auto* kernels = std::get_if<Plan::Fused>(&task)) {
      bytes += kernels->addresses.size() * sizeof(Plan::Address);
      if (!programs.insert(kernels->program.get()).second) continue;
      const Plan::Program& program = *kernels->program;
      constexpr std::size_t walker = 128;  // what going over an operand takes
      bytes += (program.inputs.size() + program.stores.size()) * (sizeof(Array) + walker) +
               program.code.size() * walker;
    }
  }
  return bytes;
}

constexpr detail::Allowance::Bounds usual{
    .least_bytes = std::size_t{1} << 20, .most_bytes = std::size_t{64} << 20, .most_things = 1024};
constexpr std::size_t most_bytes = std::size_t{1} << 30;

// Of what is computed, however the evaluations before are numbered: these get other numbers when
// their plans are made again.
std::uint64_t hash_of_work(const Question& question) {
  std::uint64_t hash = question.recording.hash;
  for (const std::uint64_t word : question.wanted) hash = detail::mixed(hash, word);
  return hash;
}

std::uint64_t hash_of(const Question& question) {
  return detail::mixed(hash_of_work(question), question.before);
}

/// A plan and what it was made for.
class Entry {
 public:
  Entry(const Question& question, std::shared_ptr<const Plan> plan, Evaluation evaluation)
      : hash_(hash_of(question)),
        hash_of_work_(plan::hash_of_work(question)),
        before_(question.before),
        begin_(question.begin),
        wanted_(question.wanted.begin(), question.wanted.end()),
        structure_(question.recording, question.begin),
        plan_(std::move(plan)),
        evaluation_(evaluation),
        bytes_(sizeof(Entry) + wanted_.size() * sizeof(std::uint64_t) + structure_.bytes() +
               bytes_of(*plan_)) {}

  bool is_for(const Question& question) const {
    return before_ == question.before && begin_ == question.begin &&
           std::ranges::equal(wanted_, question.wanted) && has_structure_of(question.recording) &&
           plan_->can_read(question.recording);
  }
  // Notes the number in the recording, so that the nodes need not be compared with this entry when
  // a later tape records them again.
  void note_in(detail::Recording& recording) const {
    if (structure_.nodes() > 0) recording.remember_evaluation(evaluation_);
  }

  std::uint64_t hash() const { return hash_; }
  std::uint64_t hash_of_work() const { return hash_of_work_; }
  Answer answer() const { return {plan_, evaluation_}; }
  std::size_t bytes() const { return bytes_; }

 private:
  // Only the nodes from the first on are compared: equal numbers of the evaluation before mean that
  // the earlier nodes are equal.
  bool has_structure_of(detail::Recording& recording) const {
    if (begin_ + structure_.nodes() != recording.nodes.size()) return false;
    if (structure_.nodes() > 0 && recording.is_evaluation(evaluation_)) return true;
    if (!structure_.is_of(recording, begin_)) return false;
    note_in(recording);
    return true;
  }

  std::uint64_t hash_;
  std::uint64_t hash_of_work_;
  Evaluation before_;
  NodeId begin_;
  std::vector<std::uint64_t> wanted_;
  detail::Structure structure_;
  std::shared_ptr<const Plan> plan_;
  Evaluation evaluation_;
  std::size_t bytes_;
};

class Cache {
 public:
  Answer find(const Question& question) {
    if (question.before == unknown_evaluation) return {};
    const std::uint64_t hash = hash_of(question);
    const std::lock_guard lock{mutex_};
    const auto found = find(question, hash);
    if (found == by_hash_.end()) return {};
    ++counters_.hits;
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->answer();
  }

  Evaluation remember(const Question& question, std::shared_ptr<const Plan> plan) {
    std::list<Entry> fresh;
    std::list<Entry> forgotten;  // freed after the lock, since that takes a while
    if (question.before != unknown_evaluation) {
      fresh.emplace_back(question, std::move(plan), ++last_);
    }
    const std::lock_guard lock{mutex_};
    ++counters_.misses;
    if (fresh.empty()) return unknown_evaluation;
    const Entry& entry = fresh.front();
    // Another thread may have remembered an equal plan meanwhile.
    if (const auto found = find(question, entry.hash()); found != by_hash_.end()) {
      return found->second->answer().evaluation;
    }
    if (entry.bytes() > limit_.value_or(most_bytes)) return unknown_evaluation;
    entry.note_in(question.recording);
    allowance_.made(entry.hash_of_work(), entry.bytes());
    const auto size = sizes_.insert(entry.bytes());
    try {
      by_hash_.emplace(entry.hash(), fresh.begin());
    } catch (...) {
      sizes_.erase(size);
      throw;
    }
    entries_.splice(entries_.begin(), fresh);
    counters_.bytes += entry.bytes();
    const Evaluation evaluation = entry.answer().evaluation;
    forget_what_is_too_much(forgotten);
    return evaluation;
  }

  void clear() {
    std::list<Entry> forgotten;
    const std::lock_guard lock{mutex_};
    while (!entries_.empty()) forget_last(forgotten);
    allowance_ = detail::Allowance{usual};
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
  using ByHash = std::unordered_multimap<std::uint64_t, std::list<Entry>::iterator>;

  ByHash::iterator find(const Question& question, std::uint64_t hash) {
    const auto [begin, end] = by_hash_.equal_range(hash);
    const auto it =
        std::find_if(begin, end, [&](const auto& e) { return e.second->is_for(question); });
    return it == end ? by_hash_.end() : it;
  }

  std::size_t limit() const {
    const std::size_t largest = sizes_.empty() ? 0 : *sizes_.rbegin();
    return limit_.value_or(std::clamp(2 * largest, allowance_.bytes(), most_bytes));
  }

  void forget_what_is_too_much(std::list<Entry>& forgotten) {
    while (counters_.bytes > limit()) {
      ++counters_.evictions;
      allowance_.forgot(entries_.back().hash_of_work(), entries_.back().bytes());
      forget_last(forgotten);
    }
  }

  void forget_last(std::list<Entry>& forgotten) {
    const auto last = std::prev(entries_.end());
    const auto [begin, end] = by_hash_.equal_range(last->hash());
    by_hash_.erase(std::find_if(begin, end, [&](const auto& e) { return e.second == last; }));
    counters_.bytes -= last->bytes();
    sizes_.erase(sizes_.find(last->bytes()));
    forgotten.splice(forgotten.begin(), entries_, last);
  }

  std::mutex mutex_;
  std::list<Entry> entries_;  ///< the most recently used first
  ByHash by_hash_;
  std::multiset<std::size_t> sizes_;  ///< of the entries, in bytes
  std::atomic<Evaluation> last_ = nothing_evaluated;
  PlanCounters counters_;
  detail::Allowance allowance_{usual};
  std::optional<std::size_t> limit_;
};

Cache& cache() {
  static Cache& instance = *new Cache;  // tapes may outlive static objects
  return instance;
}

}  // namespace

Answer find_plan(const Question& question) { return cache().find(question); }
Evaluation remember_plan(const Question& question, std::shared_ptr<const Plan> plan) {
  return cache().remember(question, std::move(plan));
}
void count_fallback() { cache().count_fallback(); }

PlanCounters counters() { return cache().counters(); }
void forget_all() { cache().clear(); }
void set_memory(std::size_t bytes) { cache().set_limit(bytes); }

}  // namespace chronograd::plan
