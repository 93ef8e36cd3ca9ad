#pragma once

#include <cstdint>
#include <vector>

#include "chronograd/graph/memory/long_list.h"
#include "chronograd/graph/plan/draft.h"
#include "chronograd/graph/plan/fuse.h"
#include "chronograd/graph/plan/schedule.h"

namespace chronograd::plan {

/// Which step of a schedule reads a value for the last time, and could work in its memory, if no
/// result of a join lies there.
class LastReads {
 public:
  LastReads(const Draft& draft, const Fusion& fusion, const Schedule& schedule);

  /// Whether this step is the last to read the value, and reads it once, and nobody wants it then.
  bool ends_with(ValueId base, std::uint32_t step) const {
    return reads_[base].step == step && reads_[base].times == 1;
  }

 private:
  struct Reads {
    std::uint32_t step = no_id;
    std::uint32_t times = 0;  ///< in that step
  };
  void count(ValueId value, std::uint32_t step);

  const Draft& draft_;
  detail::LongList<Reads> reads_;  ///< by value
};

}  // namespace chronograd::plan
