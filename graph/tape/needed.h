#pragma once

#include <span>

#include "chronograd/graph/memory/long_list.h"
#include "chronograd/graph/record/recording_data.h"
#include "chronograd/graph/tape/effects.h"

namespace chronograd::detail {

/// The nodes to run so that what is asked for, and all outputs with handles that wait, have their
/// numbers; in recorded order. Marks them by their `visit`. Throws TapeError if one needs numbers
/// of a parameter that a commit has overwritten, which tells the line they were asked for on.
LongList<NodeId> needed_nodes(Recording& recording, std::span<const OutputId> asked,
                              SourceLine where);

/// Sets what the outputs of the needed nodes say about this evaluation: how many nodes read each,
/// which are asked for, by a handle too, and which must be kept. With `for_gradients`, everything
/// is kept that gradient rules declare to read.
void decide_what_to_keep(Recording& recording, std::span<const NodeId> needed,
                         std::span<const OutputId> asked, const Effects& effects,
                         bool for_gradients);

}  // namespace chronograd::detail
