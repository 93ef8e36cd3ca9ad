#pragma once

#include <span>

#include "chronograd/graph/plan/plan.h"

namespace chronograd::plan {

/// Makes the plan for the needed nodes, in recorded order, of a recording whose outputs say what is
/// asked for and what is kept.
Plan make_plan(const detail::Recording& recording, std::span<const NodeId> needed);

}  // namespace chronograd::plan
