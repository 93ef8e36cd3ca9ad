#pragma once

#include <cstdint>
#include <vector>

#include "chronograd/graph/plan/draft.h"
#include "chronograd/graph/plan/fuse.h"
#include "chronograd/graph/plan/joining.h"

namespace chronograd::plan {

/// What runs in one go.
struct Step {
  enum class Kind : std::uint8_t { passes, kernel, join };

  Kind kind;
  std::vector<std::uint32_t> members;  ///< passes, or nodes of one op
  std::vector<Joined> inputs;          ///< of a kernel; one piece each unless nodes are joined
  std::vector<Joined> outputs;
};

struct Schedule {
  std::vector<Step> steps;
  Placement placement;
};

/// Pass: an order of what is to run, in which nodes that the row law joins run together, and what
/// should lie side by side for that.
Schedule schedule(const Draft& draft, const Fusion& fusion, const detail::Recording& recording);

}  // namespace chronograd::plan
