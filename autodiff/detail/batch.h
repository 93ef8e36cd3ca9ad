#pragma once

#include <cstddef>
#include <optional>

#include "chronograd/graph/tape/tape_state.h"

namespace chronograd::detail {

/// What must be there for a batch: that many nodes, and that many times fewer in the batch.
struct SmallestBatch {
  std::size_t nodes = 2'000;
  std::size_t likeness = 4;
};
inline thread_local SmallestBatch smallest_batch;

/// Records the computation of `y`, and of all else that is waited for on the tape, once more, with
/// nodes that are alike as one (Neubig, Goldberg, Dyer 2017): what was recorded sentence by
/// sentence or tree by tree then costs a few large nodes, and so does its gradient, since the
/// gradient of a batch is a batch. The tape lets these stand in for what was recorded. Nothing when
/// it is not worth it.
std::optional<Batch> batch(TapeState& tape, OutputId y);

}  // namespace chronograd::detail
