#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "chronograd/graph/plan/plan.h"

namespace chronograd::plan {

/// The number of what was evaluated on a tape, which is never given to anything else. Equal ones
/// mean that the nodes were the same by then, and that plans computed the same of them.
using Evaluation = std::uint64_t;
inline constexpr Evaluation nothing_evaluated = 0;
inline constexpr Evaluation unknown_evaluation = ~Evaluation{0};  ///< nothing is remembered of it

/// What a plan is for.
struct Question {
  detail::Recording& recording;
  Evaluation before = nothing_evaluated;
  NodeId begin = 0;  ///< the nodes before this one were there then
  /// What is asked for, held and assigned.
  std::span<const std::uint64_t> wanted;
};

struct Answer {
  std::shared_ptr<const Plan> plan;  ///< null: none is remembered
  Evaluation evaluation = unknown_evaluation;
};

/// The remembered plan that was made for the same. Counts a hit.
Answer find_plan(const Question& question);
/// Counts a miss.
Evaluation remember_plan(const Question& question, std::shared_ptr<const Plan> plan);
void count_fallback();

}  // namespace chronograd::plan
