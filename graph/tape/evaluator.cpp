#include "chronograd/graph/tape/evaluator.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "chronograd/graph/error.h"
#include "chronograd/graph/kernels/flush_denormals.h"
#include "chronograd/graph/plan/make_plan.h"
#include "chronograd/graph/planning.h"
#include "chronograd/graph/tape/needed.h"
#include "chronograd/graph/tape/one_by_one.h"
#include "chronograd/graph/tape/own_memory.h"
#include "chronograd/graph/tape/standing_in.h"

namespace chronograd::detail {
namespace {

// False when a kernel refuses the numbers it gets. A kernel may run several nodes at once; which of
// them was wrong shows when each runs alone.
bool runs(const plan::Plan& plan, Recording& recording, std::vector<double>* milliseconds) {
  try {
    plan.run(recording, milliseconds);
  } catch (const IndexError&) {
    return false;
  } catch (const ValueError&) {
    return false;
  }
  return true;
}

}  // namespace

void Evaluator::compute(std::span<const OutputId> asked, SourceLine where, bool committing) {
  asked_on_ = where;
  drop_what_nobody_waits_for();
  const FlushDenormals flush;
  const StandingIn standing_in{recording_, batches_, asked};
  for (const OutputId o : recording_.waiting) {
    Output& output = recording_.outputs[o];
    if (output.handle != nullptr && output.available) give_own_memory(output);
  }
  if (planning()) {
    compute_planned(standing_in.asked(), committing);
  } else {
    compute_one_by_one(standing_in.asked(), committing);
  }
}

// They are sorted, since a plan is looked up by the list of those that wait.
void Evaluator::drop_what_nobody_waits_for() {
  LongList<OutputId>& waiting = recording_.waiting;
  std::erase_if(waiting, [this](OutputId o) { return recording_.outputs[o].handle == nullptr; });
  std::ranges::sort(waiting);
  waiting.erase(std::unique(waiting.begin(), waiting.end()), waiting.end());
}

// A forward-only tape forgets its nodes after each evaluation, so what is assigned must be computed
// now.
LongList<NodeId> Evaluator::needed_for(std::span<const OutputId> asked, bool committing) {
  const bool forward_only = mode_ == TapeMode::forward_only;
  std::vector<OutputId> roots{asked.begin(), asked.end()};
  if (forward_only) effects_.for_each_waiting([&](OutputId o) { roots.push_back(o); });
  LongList<NodeId> needed = needed_nodes(recording_, roots, asked_on_);
  decide_what_to_keep(recording_, needed, asked, effects_, !forward_only && !committing);
  return needed;
}

void Evaluator::compute_one_by_one(std::span<const OutputId> asked, bool committing) {
  const LongList<NodeId> needed = needed_for(asked, committing);
  if (!needed.empty()) last_ = plan::unknown_evaluation;
  try {
    run_one_by_one(recording_, needed);
  } catch (...) {
    for (const NodeId id : needed) {
      const Node& node = recording_.nodes[id];
      for (OutputId o = node.first_output; o < node.first_output + node.outputs; ++o) {
        recording_.outputs[o].release();
      }
    }
    throw;
  }
}

void Evaluator::compute_planned(std::span<const OutputId> asked, bool committing) {
  const plan::Question about{recording_, last_, nodes_, question(asked, committing)};
  auto [plan, evaluation] = plan::find_plan(about);
  if (plan == nullptr) {
    const LongList<NodeId> needed = needed_for(asked, committing);
    if (needed.empty()) return;
    plan = std::make_shared<const plan::Plan>(plan::make_plan(recording_, needed));
    evaluation = plan::remember_plan(about, plan);
  }
  std::vector<double> milliseconds;
  const bool timed = plan::timed.load(std::memory_order_relaxed);
  if (!runs(*plan, recording_, timed ? &milliseconds : nullptr)) {
    plan::count_fallback();
    return compute_one_by_one(asked, committing);
  }
  for (const plan::Plan::Result& result : plan->results) {
    if (result.asked) give_own_memory(recording_.outputs[result.output]);
  }
  last_ = evaluation;
  nodes_ = static_cast<NodeId>(recording_.nodes.size());
  plans_.push_back({std::move(plan), std::move(milliseconds)});
}

// A plan depends not only on the nodes. It also depends on what is asked for, on what handles wait
// for, on what is assigned, and on which of these is computed already. This writes all that as
// words.
std::span<const std::uint64_t> Evaluator::question(std::span<const OutputId> asked,
                                                   bool committing) {
  const auto add = [this](OutputId o) {
    const bool there = o != no_id && recording_.outputs[o].available;
    question_.push_back(std::uint64_t{o} << 1 | std::uint64_t{there});
  };
  question_.assign(1, static_cast<std::uint64_t>(mode_) << 1 | std::uint64_t{committing});
  for (const OutputId o : asked) add(o);
  add(no_id);
  for (const OutputId o : recording_.waiting) {
    if (recording_.outputs[o].handle != nullptr) add(o);
  }
  add(no_id);
  effects_.for_each(add);
  return question_;
}

void Evaluator::start_over() noexcept {
  last_ = plan::nothing_evaluated;
  nodes_ = 0;
  plans_.clear();
}

}  // namespace chronograd::detail
