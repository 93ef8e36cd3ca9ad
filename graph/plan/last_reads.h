#pragma once

#include <cstdint>
#include <vector>

#include "chronograd/graph/memory/long_list.h"
#include "chronograd/graph/plan/draft.h"
#include "chronograd/graph/plan/fuse.h"
#include "chronograd/graph/plan/schedule.h"

namespace chronograd::plan {

/// Which task of a schedule is the last to read the memory of a value. That task may write its
/// result there, unless a join has a share in the memory, which this class does not know.
class LastReads {
 public:
  LastReads(const Draft& draft, const Fusion& fusion, const Schedule& schedule);

  /// Whether this task is the last one to read the value, reads it through one input only, and the
  /// value is not wanted at the end.
  bool ends_with(ValueId base, std::uint32_t task) const {
    return reads_[base].task == task && reads_[base].times == 1;
  }

 private:
  struct Reads {
    std::uint32_t task = no_id;
    std::uint32_t times = 0;  ///< how many inputs of that task read it
  };
  void count(ValueId value, std::uint32_t task);

  const Draft& draft_;
  detail::LongList<Reads> reads_;  ///< by value
};

}  // namespace chronograd::plan
