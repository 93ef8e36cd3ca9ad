#include "chronograd/graph/plan/pack.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "chronograd/graph/plan/arena.h"
#include "chronograd/graph/random.h"

namespace chronograd::plan {
namespace {

constexpr std::int64_t megabyte = 1 << 20;

void check_apart(const std::vector<Block>& blocks, std::int64_t size) {
  for (std::size_t a = 0; a < blocks.size(); ++a) {
    REQUIRE(blocks[a].offset >= 0);
    REQUIRE(blocks[a].offset % 64 == 0);
    REQUIRE(blocks[a].offset + blocks[a].bytes <= size);
    for (std::size_t b = 0; b < a; ++b) {
      const bool meet = blocks[a].first <= blocks[b].last && blocks[b].first <= blocks[a].last;
      const bool overlap = blocks[a].offset < blocks[b].offset + blocks[b].bytes &&
                           blocks[b].offset < blocks[a].offset + blocks[a].bytes;
      REQUIRE(!(meet && overlap));
    }
  }
}

std::int64_t needed(const std::vector<Block>& blocks) {
  std::int64_t most = 0;
  for (const Block& now : blocks) {
    std::int64_t living = 0;
    for (const Block& block : blocks) {
      if (block.first <= now.first && now.first <= block.last) {
        living += Arena::rounded(block.bytes);
      }
    }
    most = std::max(most, living);
  }
  return most;
}

TEST_CASE("blocks that are needed one after the other share memory") {
  std::vector<Block> blocks{{0, 1, 64}, {2, 3, 64}, {3, 4, 64}};
  CHECK(pack(blocks) == 128);
  CHECK(blocks[0].offset == blocks[1].offset);
  CHECK(blocks[1].offset != blocks[2].offset);
}

TEST_CASE("nothing takes no memory") {
  std::vector<Block> none;
  CHECK(pack(none) == 0);
}

TEST_CASE("a large block that comes late finds room among small ones that stay") {
  // Taken in order, the third lies behind the first, and nothing large fits between.
  std::vector<Block> blocks{
      {0, 1, 8 * megabyte}, {1, 9, megabyte}, {2, 9, megabyte}, {3, 9, 9 * megabyte}};
  const std::int64_t size = pack(blocks);
  check_apart(blocks, size);
  CHECK(size == needed(blocks));
}

TEST_CASE("no two blocks that are needed at once overlap, and little is wasted") {
  std::int64_t all = 0;
  std::int64_t all_needed = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    CAPTURE(seed);
    RandomStream dice{seed};
    std::vector<Block> blocks;
    for (std::uint32_t step = 0; step < 120; ++step) {
      const auto last = static_cast<std::uint32_t>(step + dice.below(dice.below(8) == 0 ? 100 : 6));
      const auto unit = static_cast<std::int64_t>(dice.below(4) == 0 ? 100'000 : 1'000);
      blocks.push_back({step, last, unit * static_cast<std::int64_t>(dice.below(30))});
    }
    const std::int64_t size = pack(blocks);
    check_apart(blocks, size);
    all += size;
    all_needed += needed(blocks);
  }
  CHECK(all >= all_needed);
  CHECK(all < all_needed * 11 / 10);
}

}  // namespace
}  // namespace chronograd::plan
