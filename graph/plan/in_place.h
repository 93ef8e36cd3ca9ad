#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "chronograd/graph/plan/draft.h"
#include "chronograd/graph/plan/fuse.h"
#include "chronograd/graph/plan/last_reads.h"
#include "chronograd/graph/plan/locations.h"
#include "chronograd/graph/plan/schedule.h"

namespace chronograd::plan {

/// Lets the result of a task take over the memory of an input that the task is the last to read.
class InPlace {
 public:
  InPlace(const Draft& draft, const Fusion& fusion, const Schedule& schedule, Locations& locations);

  /// The questions that follow are about this task of the schedule.
  void go_to(std::uint32_t task) { task_ = task; }

  /// Locates the result of a kernel over one of its inputs, if the op allows that for one.
  void take_over(const Draft::Node& node);
  /// Locates the stores of a fused kernel over its inputs, which it reads and writes element by
  /// element. Returns for each store the number of the input, or `Lane::apart`.
  std::vector<std::size_t> take_over(const FusedKernel& kernel);

 private:
  /// Whether the present task may put `out` where its input is.
  bool may_take_over(ValueId input, ValueId out) const;

  const Draft& draft_;
  Locations& locations_;
  const LastReads last_reads_;
  std::uint32_t task_ = 0;
};

}  // namespace chronograd::plan
