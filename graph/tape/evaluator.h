#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "chronograd/graph/memory/long_list.h"
#include "chronograd/graph/plan/cache.h"
#include "chronograd/graph/record/recording_data.h"
#include "chronograd/graph/tape/batches.h"
#include "chronograd/graph/tape/effects.h"

namespace chronograd::detail {

enum class TapeMode : std::uint8_t { differentiable, training, forward_only };

/// Computes numbers on a tape: by a plan, or node by node. Each evaluation continues the one
/// before: what was computed stays, and is a leaf to the next one.
class Evaluator {
 public:
  /// A plan that computed a part of the recording.
  struct PlanRun {
    std::shared_ptr<const plan::Plan> plan;
    std::vector<double> milliseconds;  ///< of each task, if times were taken
  };

  Evaluator(Recording& recording, const Batches& batches, const Effects& effects, TapeMode mode)
      : recording_(recording), batches_(batches), effects_(effects), mode_(mode) {}

  /// Computes what is asked for, on a line that errors tell, and all outputs whose handles wait.
  /// When it is for a commit, no gradient is to come, and nothing is kept for one. When it throws,
  /// nothing more is computed than before.
  void compute(std::span<const OutputId> asked, SourceLine where, bool committing);

  /// Begins again, with a recording that is empty.
  void start_over() noexcept;

  /// The plans that ran since the recording began.
  std::span<const PlanRun> plans() const { return plans_; }

 private:
  void drop_what_nobody_waits_for();
  LongList<NodeId> needed_for(std::span<const OutputId> asked, bool committing);
  void compute_planned(std::span<const OutputId> asked, bool committing);
  void compute_one_by_one(std::span<const OutputId> asked, bool committing);
  std::span<const std::uint64_t> question(std::span<const OutputId> asked, bool committing);

  Recording& recording_;
  const Batches& batches_;
  const Effects& effects_;
  const TapeMode mode_;
  SourceLine asked_on_{};  ///< the line that the evaluation was asked for on
  std::vector<PlanRun> plans_;
  plan::Evaluation last_ = plan::nothing_evaluated;  ///< the number of the last evaluation
  NodeId nodes_ = 0;                                 ///< how many nodes there were then
  std::vector<std::uint64_t> question_;              ///< scratch
};

}  // namespace chronograd::detail
