
#include "chronograd/graph/error.h"
#include "chronograd/graph/plan/cache.h"
#include "chronograd/graph/plan/make_plan.h"
#include "chronograd/graph/plan/plan.h"
#include "chronograd/graph/planning.h"
#include "chronograd/graph/tape/tape_state.h"

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

// A plan depends not only on the nodes. It also depends on what is asked for, on what handles wait
// for, on what is assigned, and on which of these is computed already. This writes all that as
// words.
std::span<const std::uint64_t> TapeState::wanted(std::span<const OutputId> asked, bool committing) {
  const auto add = [this](OutputId o) {
    const bool there = o != no_id && recording.outputs[o].available;
    wanted_.push_back(std::uint64_t{o} << 1 | std::uint64_t{there});
  };
  wanted_.assign(1, static_cast<std::uint64_t>(mode) << 1 | std::uint64_t{committing});
  for (const OutputId o : asked) add(o);
  add(no_id);
  for (const OutputId o : recording.waiting) {
    if (recording.outputs[o].handle != nullptr) add(o);
  }
  add(no_id);
  for (const Assignment& a : assignments_) add(a.output);
  return wanted_;
}

void TapeState::compute_planned(std::span<const OutputId> asked, bool committing) {
  const plan::Question question{recording, evaluation_, evaluated_nodes_,
                                wanted(asked, committing)};
  auto [plan, evaluation] = plan::find_plan(question);
  if (plan == nullptr) {
    const LongList<NodeId> needed = needed_for(asked);
    if (needed.empty()) return;
    decide_what_to_keep(needed, asked, committing);
    plan = std::make_shared<const plan::Plan>(plan::make_plan(recording, needed));
    evaluation = plan::remember_plan(question, plan);
  }
  std::vector<double> milliseconds;
  const bool timed = plan::timed.load(std::memory_order_relaxed);
  if (!runs(*plan, recording, timed ? &milliseconds : nullptr)) {
    plan::count_fallback();
    return compute(asked, committing);
  }
  for (const plan::Plan::Result& result : plan->results) {
    if (result.asked) give_own_memory(recording.outputs[result.output]);
  }
  evaluation_ = evaluation;
  evaluated_nodes_ = static_cast<NodeId>(recording.nodes.size());
  plans.push_back({std::move(plan), std::move(milliseconds)});
}

}  // namespace chronograd::detail
