#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "chronograd/graph/random.h"
#include "chronograd/graph/tensor.h"

namespace chronograd {

/// The indices of the examples in each batch.
using Batches = std::vector<std::vector<std::size_t>>;

/// The batches of one epoch: every example once, examples of similar length together so that
/// little is padded, in random order. Each call takes a stream of `random`, so the next epoch
/// differs and a run with the same seed repeats. All batches but one have `batch_size` examples.
/// Throws ValueError when `batch_size` is 0.
Batches bucketed_batches(std::span<const std::size_t> lengths, std::size_t batch_size,
                         Random& random);

/// The same for examples with two lengths, such as the source and the target of a translation.
/// Throws ValueError when there are not as many of both.
Batches bucketed_batches(std::span<const std::size_t> lengths,
                         std::span<const std::size_t> target_lengths, std::size_t batch_size,
                         Random& random);

/// Sequences of ids side by side: what `pad` returns.
struct PaddedBatch {
  Tensor ids;      ///< i64 [time, batch]: column b is sequence b, then padding.
  Tensor lengths;  ///< i64 [batch]: the lengths without padding.
};

/// Pads sequences at their ends to the longest of them.
PaddedBatch pad(std::span<const std::vector<std::int64_t>> sequences, std::int64_t pad_id);

}  // namespace chronograd
