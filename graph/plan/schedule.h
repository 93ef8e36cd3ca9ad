#pragma once

#include <cstdint>
#include <vector>

#include "chronograd/graph/plan/draft.h"
#include "chronograd/graph/plan/fuse.h"
#include "chronograd/graph/plan/joining.h"

namespace chronograd::plan {

/// What runs at once: fused kernels with one program, nodes of one op that the row law joins, or a
/// join, whose inputs that lie elsewhere are copied into its result.
struct Task {
  enum class Kind : std::uint8_t { fused, kernel, join };

  Kind kind;
  std::vector<std::uint32_t> members;  ///< fused kernels, or nodes of one op
  std::vector<Joined> inputs;          ///< of a kernel; one piece each unless nodes are joined
  std::vector<Joined> outputs;
};

struct Schedule {
  std::vector<Task> tasks;
  WantedLayout wanted;
};

/// Pass: puts what is to run in an order, joins nodes by the row law, and says which values should
/// lie side by side for that.
Schedule schedule(const Draft& draft, const Fusion& fusion, const detail::Recording& recording);

}  // namespace chronograd::plan
