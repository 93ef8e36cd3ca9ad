#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "chronograd/graph/plan/plan.h"
#include "chronograd/graph/planning.h"

namespace chronograd::plan {

/// The number of what was evaluated on a tape, which is never given to anything else. When two
/// tapes have the same number, they had recorded the same nodes by then and had computed the same
/// of them.
using Evaluation = std::uint64_t;
inline constexpr Evaluation nothing_evaluated = 0;
inline constexpr Evaluation unknown_evaluation = ~Evaluation{0};  ///< nothing is remembered of it

/// What a plan is for.
struct Question {
  detail::Recording& recording;
  Evaluation before = nothing_evaluated;
  NodeId begin = 0;  ///< the first node that was recorded after `before`
  /// What is asked for, what handles hold and what is assigned, as a list of words.
  std::span<const std::uint64_t> wanted;
};

struct Answer {
  std::shared_ptr<const Plan> plan;  ///< null: none is remembered
  Evaluation evaluation = unknown_evaluation;
};

/// The remembered plan that was made for an equal question. Counts a hit if there is one.
Answer find_plan(const Question& question);
/// Remembers a plan that had to be made, and counts a miss. Returns the number of its evaluation.
Evaluation remember_plan(const Question& question, std::shared_ptr<const Plan> plan);
/// Counts that an evaluation ran node by node although it was planned.
void count_fallback();
PlanCounters counters();
/// Forgets all plans.
void forget_all();
/// See `set_plan_memory`.
void set_memory(std::size_t bytes);

}  // namespace chronograd::plan
