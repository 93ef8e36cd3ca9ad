#pragma once

#include <span>

#include "chronograd/graph/record/recording_data.h"

namespace chronograd::detail {

/// Runs the needed nodes one by one, in recorded order, without a plan. The numbers of an output
/// that is not to be kept are freed after its last reader. See `needed_nodes` and
/// `decide_what_to_keep`, which come first.
void run_one_by_one(Recording& recording, std::span<const NodeId> needed);

}  // namespace chronograd::detail
