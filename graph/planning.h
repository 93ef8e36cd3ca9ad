#pragma once

#include <cstddef>
#include <cstdint>

namespace chronograd {

/// Whether evaluations are planned: what is asked for is batched, fused and laid out before it
/// runs. Without planning every node runs on its own, in recorded order; the numbers are the same
/// to rounding. On by default; CHRONOGRAD_PLAN=0 in the environment turns it off from the start.
bool planning();
void set_planning(bool on);

/// Whether the time of every kernel of a plan is taken, for `dump_plan`. Off at first.
void set_plan_timing(bool on);

/// What became of the evaluations of this process so far.
struct PlanCounters {
  std::uint64_t hits = 0;       ///< a plan made before served
  std::uint64_t misses = 0;     ///< a plan had to be made
  std::uint64_t evictions = 0;  ///< plans forgotten for want of room, the least recently used first
  std::uint64_t fallbacks = 0;  ///< evaluations that ran node by node although they were planned
  std::size_t plans = 0;        ///< that are remembered now
  std::size_t bytes = 0;        ///< that these take, roughly
};
PlanCounters plan_counters();

/// Forgets all plans, and what earlier tapes of this thread recorded, so that the next evaluation
/// begins as the first of a process does.
void forget_plans();

/// How many bytes of plans may be remembered. Unless set, that is a few MiB; up to 64 MiB while
/// most plans that have to be made were made before and forgotten for want of room; and twice what
/// the largest of them takes if that is more, up to 1 GiB.
void set_plan_memory(std::size_t bytes);

}  // namespace chronograd
