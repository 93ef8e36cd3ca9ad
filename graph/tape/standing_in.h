#pragma once

#include <span>
#include <utility>
#include <vector>

#include "chronograd/graph/record/recording_data.h"
#include "chronograd/graph/tape/batches.h"

namespace chronograd::detail {

/// While it lives, the outputs of batches are evaluated instead of those that they stand in for.
/// The handles of the originals wait aside, so that these are not computed, and the originals get
/// the numbers at the end.
class StandingIn {
 public:
  StandingIn(Recording& recording, const Batches& batches, std::span<const OutputId> asked);
  ~StandingIn();
  StandingIn(const StandingIn&) = delete;
  StandingIn& operator=(const StandingIn&) = delete;

  /// What is to be computed for what was asked for, and for the originals whose handles wait.
  std::span<const OutputId> asked() const { return asked_; }

 private:
  Recording& recording_;
  const Batches& batches_;
  std::vector<OutputId> asked_;
  std::vector<std::pair<OutputId, Value*>> waiting_;  ///< originals and their handles
};

}  // namespace chronograd::detail
