#include <atomic>
#include <cstdlib>
#include <string_view>

#include "chronograd/graph/detail/mixed.h"
#include "chronograd/graph/detail/tape_state.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/plan/cache.h"
#include "chronograd/graph/plan/plan.h"
#include "chronograd/graph/planning.h"

namespace chronograd {
namespace {

std::atomic<bool>& planning_switch() {
  static std::atomic<bool> on = [] {
    const char* value = std::getenv("CHRONOGRAD_PLAN");
    return value == nullptr || std::string_view(value) != "0";
  }();
  return on;
}

std::atomic<bool>& timing_switch() {
  static std::atomic<bool> on = false;
  return on;
}

}  // namespace

void set_plan_timing(bool on) { timing_switch().store(on, std::memory_order_relaxed); }
bool planning() { return planning_switch().load(std::memory_order_relaxed); }
void set_planning(bool on) { planning_switch().store(on, std::memory_order_relaxed); }

namespace detail {
namespace {

bool leaves_are_there(const plan::Plan& plan, const Recording& recording) {
  for (const OutputId leaf : plan.leaves) {
    if (!recording.outputs[leaf].available) return false;
  }
  return true;
}

// False when a kernel refuses its numbers: of nodes that run together, which of them it was shows
// when they run alone.
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

// What was evaluated before says what is there by now; the handles say what is wanted besides what
// is asked for.
plan::Key TapeState::plan_key(std::span<const OutputId> asked, bool committing) const {
  std::uint64_t evaluation =
      mixed(evaluations_, static_cast<std::uint64_t>(mode) * 2 + (committing ? 1 : 0));
  for (const OutputId o : asked) evaluation = mixed(evaluation, o);
  evaluation = mixed(evaluation, no_id);
  for (const OutputId o : recording.waiting) {
    if (recording.outputs[o].handle != nullptr) evaluation = mixed(evaluation, o);
  }
  evaluation = mixed(evaluation, no_id);
  for (const Assignment& a : assignments_) evaluation = mixed(evaluation, a.output);
  return {recording.hash, evaluation, recording.nodes.size()};
}

void TapeState::compute_planned(std::span<const OutputId> asked, bool committing) {
  const plan::Key key = plan_key(asked, committing);
  std::shared_ptr<const plan::Plan> plan = plan::find_plan(key);
  if (plan == nullptr || !leaves_are_there(*plan, recording)) {
    const std::vector<NodeId> needed = needed_for(asked);
    if (needed.empty()) return;
    decide_what_to_keep(needed, asked, committing);
    plan = std::make_shared<const plan::Plan>(plan::make_plan(recording, needed));
    plan::remember_plan(key, plan);
  }
  std::vector<double> milliseconds;
  const bool timed = timing_switch().load(std::memory_order_relaxed);
  if (!runs(*plan, recording, timed ? &milliseconds : nullptr)) {
    plan::count_fallback();
    return compute(asked, committing);
  }
  for (const plan::Plan::Result& result : plan->results) {
    if (result.asked) give_own_memory(recording.outputs[result.output]);
  }
  evaluations_ = key.evaluation;
  plans.push_back({std::move(plan), std::move(milliseconds)});
}

}  // namespace detail
}  // namespace chronograd
