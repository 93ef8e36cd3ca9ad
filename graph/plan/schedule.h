#pragma once

#include <cstdint>
#include <vector>

#include "chronograd/graph/plan/draft.h"
#include "chronograd/graph/plan/fuse.h"
#include "chronograd/graph/plan/layout.h"

namespace chronograd::plan {

/// Values that are to be read, or were written, as one: joined along an axis.
struct Joined {
  std::vector<ValueId> pieces;
  int axis = 0;
  Shape shape{};
  Strides strides{};                        ///< in the run of elements
  std::uint32_t element = Layout::nowhere;  ///< the first of the run, if there is one
};

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
  Layout layout;
  std::vector<ValueId> inside;  ///< by value: the join's result that it is computed in, or no_id
  std::vector<std::uint32_t> runs;  ///< by value: where a join's result lies in a block, or nowhere
};

/// Pass: an order of what is to run, in which nodes that the row law joins run together, and what
/// should lie side by side for that.
Schedule schedule(const Draft& draft, const Fusion& fusion, const detail::Recording& recording);

}  // namespace chronograd::plan
