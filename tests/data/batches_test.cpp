#include "chronograd/data/batches.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "chronograd/graph/error.h"

namespace chronograd {
namespace {

using Lengths = std::vector<std::size_t>;

Lengths random_lengths(std::size_t count, std::uint64_t key) {
  RandomStream stream{key};
  Lengths lengths(count);
  for (std::size_t& length : lengths) length = 1 + static_cast<std::size_t>(stream.below(28));
  return lengths;
}

/// Padded positions per position that is filled.
double padding(const Batches& batches, std::span<const std::size_t> lengths) {
  std::size_t padded = 0;
  std::size_t filled = 0;
  for (const auto& batch : batches) {
    std::size_t longest = 0;
    for (const std::size_t i : batch) longest = std::max(longest, lengths[i]);
    for (const std::size_t i : batch) padded += longest - lengths[i];
    for (const std::size_t i : batch) filled += lengths[i];
  }
  return static_cast<double>(padded) / static_cast<double>(filled);
}

void check_every_example_once(const Batches& batches, std::size_t count, std::size_t batch_size) {
  std::vector<int> seen(count);
  std::size_t smaller = 0;
  for (const auto& batch : batches) {
    REQUIRE_FALSE(batch.empty());
    REQUIRE(batch.size() <= batch_size);
    if (batch.size() < batch_size) ++smaller;
    for (const std::size_t i : batch) ++seen.at(i);
  }
  CHECK(std::ranges::all_of(seen, [](int times) { return times == 1; }));
  CHECK(smaller == (count % batch_size == 0 ? 0 : 1));
}

std::vector<std::int64_t> values(const Tensor& tensor) {
  const auto span = tensor.values<std::int64_t>();
  return {span.begin(), span.end()};
}

}  // namespace

TEST_CASE("an epoch holds every example once, in full batches but one") {
  Random random{1};
  for (const std::size_t count : {0u, 1u, 31u, 32u, 33u, 1000u, 7001u}) {
    for (const std::size_t batch_size : {1u, 32u, 5000u}) {
      CAPTURE(count);
      CAPTURE(batch_size);
      const Lengths lengths = random_lengths(count, 3);
      check_every_example_once(bucketed_batches(lengths, batch_size, random), count, batch_size);
      check_every_example_once(bucketed_batches(lengths, lengths, batch_size, random), count,
                               batch_size);
    }
  }
}

TEST_CASE("examples of similar length are together, so little is padded") {
  Random random{1};
  const Lengths sources = random_lengths(20000, 3);
  const Lengths noise = random_lengths(20000, 4);
  Lengths targets(20000);
  for (std::size_t i = 0; i < targets.size(); ++i) targets[i] = sources[i] + noise[i] / 6;

  const Batches unsorted = bucketed_batches(Lengths(20000, 1), 64, random);
  CHECK(padding(unsorted, sources) > 0.5);
  CHECK(padding(bucketed_batches(sources, 64, random), sources) < 0.02);
  const Batches pairs = bucketed_batches(sources, targets, 64, random);
  CHECK(padding(pairs, sources) < 0.02);
  CHECK(padding(pairs, targets) < 0.06);
}

TEST_CASE("the same seed repeats the batches and the next epoch has others") {
  const Lengths lengths = random_lengths(500, 3);
  Random first{42};
  Random second{42};
  const Batches epoch = bucketed_batches(lengths, 32, first);
  CHECK(bucketed_batches(lengths, 32, second) == epoch);
  CHECK(bucketed_batches(lengths, 32, first) != epoch);
  CHECK(bucketed_batches(lengths, 32, second) != epoch);
}

TEST_CASE("batches come in random order of their length") {
  const Lengths lengths = random_lengths(2000, 3);
  Random random{1};
  const Batches batches = bucketed_batches(lengths, 32, random);
  const auto length = [&](const auto& batch) { return lengths[batch.front()]; };
  int rises = 0;
  for (std::size_t i = 1; i < batches.size(); ++i) {
    if (length(batches[i]) > length(batches[i - 1])) ++rises;
  }
  const int steps = static_cast<int>(batches.size()) - 1;
  CHECK(rises > steps / 4);
  CHECK(rises < steps * 3 / 4);
}

TEST_CASE("a batch size may be larger than any number of examples") {
  Random random{1};
  const Batches batches =
      bucketed_batches(Lengths{3, 1, 2}, std::numeric_limits<std::size_t>::max(), random);
  REQUIRE(batches.size() == 1);
  CHECK(batches[0] == std::vector<std::size_t>{1, 2, 0});
}

TEST_CASE("an empty batch size and lengths that do not pair are refused") {
  Random random{1};
  CHECK_THROWS_WITH_AS(bucketed_batches(Lengths{1}, 0, random),
                       "bucketed_batches: a batch size of 0; a batch must have examples",
                       ValueError);
  CHECK_THROWS_WITH_AS(bucketed_batches(Lengths{1, 2}, Lengths{1}, 4, random),
                       doctest::Contains("2 lengths and 1 target lengths"), ValueError);
}

TEST_CASE("sequences become the columns of a padded batch") {
  const std::vector<std::vector<std::int64_t>> sequences{{1, 2, 3}, {}, {4}};
  const PaddedBatch batch = pad(sequences, -1);
  CHECK(batch.ids.shape() == Shape{3, 3});
  CHECK(values(batch.ids) == std::vector<std::int64_t>{1, -1, 4, 2, -1, -1, 3, -1, -1});
  CHECK(batch.lengths.shape() == Shape{3});
  CHECK(values(batch.lengths) == std::vector<std::int64_t>{3, 0, 1});
}

TEST_CASE("a batch of nothing is empty") {
  const PaddedBatch none = pad({}, 0);
  CHECK(none.ids.shape() == Shape{0, 0});
  CHECK(none.lengths.shape() == Shape{0});
  const PaddedBatch no_time = pad(std::vector<std::vector<std::int64_t>>(2), 0);
  CHECK(no_time.ids.shape() == Shape{0, 2});
  CHECK(values(no_time.lengths) == std::vector<std::int64_t>{0, 0});
}

}  // namespace chronograd
