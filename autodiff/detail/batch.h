// A batch computes together what was recorded one by one.
//
// The idea. Sentences that are recorded one after the other, or trees, are many small nodes, and
// are another graph in each step. Before such a graph is differentiated, its forward part is
// recorded once more, with a single node for each *group* of nodes that are alike (groups.h). The
// gradient of the batch is walked then: it has as few nodes as the batch, since the gradient of a
// batch is a batch.
//
// The invariant. At each time, every output that is needed and whose group has been recorded has a
// place in the batch: a recorded output `source` and its first row there. The numbers of the output
// are those rows. An output that is as it was recorded is its own place. A view that shows rows of
// its input records nothing; it only has a place.
//
// An example. Three sentences of 3, 2 and 1 words x, with h(t) = tanh(x(t) W + h(t-1) U):
//
//     recorded, sentence by sentence                the batch
//     x1W  h0U add tanh  x2W  h1U add tanh  ..      [6 rows]: all x W, those of the first words
//     first x1W  h0U add tanh  x2W  h1U add tanh          t=1: [3 rows] h U, add, tanh x1W  h0U add
//     tanh                             t=2: [2 rows] of sentences 1 and 2
//                                                   t=3: [1 row ] of sentence 1
//
// The longest sentence has the first row at each time, so what goes on is a slice of the rows
// before, and nothing is gathered. The loss of the small nodes is never computed: the last output
// of the batch *stands in* for it (graph/record/stand_in.h).
#pragma once

#include <cstddef>
#include <optional>

#include "chronograd/graph/tape/tape_state.h"

namespace chronograd::detail {

/// A batch is worth its making when at least so many nodes are needed, and it has `likeness` times
/// fewer.
struct SmallestBatch {
  std::size_t nodes = 2'000;
  std::size_t likeness = 4;
};
inline thread_local SmallestBatch smallest_batch;

/// Records the computation of `y`, and of all other outputs with handles that wait, once more, with
/// nodes that are alike as one (Neubig, Goldberg, Dyer 2017). Returns what stands in for what; the
/// tape must `add` it. Nothing if a batch is not worth it.
std::optional<Batch> batch(TapeState& tape, OutputId y);

}  // namespace chronograd::detail
