#include "chronograd/data/batches.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "chronograd/data/detail/shuffle.h"
#include "chronograd/graph/error.h"

namespace chronograd {
namespace {

/// Sorting all examples would put the same ones together in each epoch, so each pool of this many
/// random batches is sorted on its own.
constexpr std::size_t pool_batches = 100;

template <class Key>
Batches make_batches(std::size_t count, std::size_t batch_size, Random& random, Key key) {
  if (batch_size == 0) {
    throw ValueError("bucketed_batches: a batch size of 0; a batch must have examples");
  }
  RandomStream stream{random.next_stream()};
  std::vector<std::size_t> indices = detail::shuffled_indices(count, stream);
  const auto part = [&](std::size_t first, std::size_t size) {
    return std::span(indices).subspan(first, std::min(size, count - first));
  };
  const std::size_t size = std::min(batch_size, count);
  for (std::size_t first = 0; first < count; first += size * pool_batches) {
    std::ranges::stable_sort(part(first, size * pool_batches), {}, key);
  }
  Batches batches;
  for (std::size_t first = 0; first < count; first += size) {
    const std::span<const std::size_t> batch = part(first, size);
    batches.emplace_back(batch.begin(), batch.end());
  }
  detail::shuffle(std::span(batches), stream);
  return batches;
}

}  // namespace

Batches bucketed_batches(std::span<const std::size_t> lengths, std::size_t batch_size,
                         Random& random) {
  return make_batches(lengths.size(), batch_size, random,
                      [&](std::size_t i) { return lengths[i]; });
}

Batches bucketed_batches(std::span<const std::size_t> lengths,
                         std::span<const std::size_t> target_lengths, std::size_t batch_size,
                         Random& random) {
  if (lengths.size() != target_lengths.size()) {
    throw ValueError(
        fmt::format("bucketed_batches: {} lengths and {} target lengths; there must be as many of "
                    "both",
                    lengths.size(), target_lengths.size()));
  }
  // The second lengths rise and fall in turn, so that they do not jump where the first change.
  return make_batches(lengths.size(), batch_size, random, [&](std::size_t i) {
    const std::size_t target = target_lengths[i];
    return std::pair{lengths[i], lengths[i] % 2 == 0 ? target : ~target};
  });
}

PaddedBatch pad(std::span<const std::vector<std::int64_t>> sequences, std::int64_t pad_id) {
  const std::size_t batch = sequences.size();
  std::vector<std::int64_t> lengths(batch);
  std::ranges::transform(sequences, lengths.begin(), [](const auto& sequence) {
    return static_cast<std::int64_t>(sequence.size());
  });
  const std::int64_t time = lengths.empty() ? 0 : std::ranges::max(lengths);
  std::vector<std::int64_t> ids(static_cast<std::size_t>(time) * batch, pad_id);
  for (std::size_t b = 0; b < batch; ++b) {
    for (std::size_t t = 0; t < sequences[b].size(); ++t) ids[t * batch + b] = sequences[b][t];
  }
  const auto columns = static_cast<std::int64_t>(batch);
  return {.ids = Tensor::adopt(std::move(ids), Shape{time, columns}),
          .lengths = Tensor::adopt(std::move(lengths), Shape{columns})};
}

}  // namespace chronograd
