#include "chronograd/graph/plan/arena.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "chronograd/graph/random.h"

namespace chronograd::plan {
namespace {

TEST_CASE("blocks begin at multiples of 64 bytes and lie one after the other") {
  Arena arena;
  CHECK(arena.take(1) == 0);
  CHECK(arena.take(64) == 64);
  CHECK(arena.take(65) == 128);
  CHECK(arena.size() == 256);
}

TEST_CASE("what is given back is taken again") {
  Arena arena;
  arena.take(64);
  const std::int64_t second = arena.take(128);
  arena.take(64);
  arena.give(second, 128);
  CHECK(arena.take(64) == second);
  CHECK(arena.take(64) == second + 64);
  CHECK(arena.size() == 256);
}

TEST_CASE("the smallest piece that is large enough is taken") {
  Arena arena;
  const std::int64_t large = arena.take(640);
  arena.take(64);
  const std::int64_t small = arena.take(128);
  arena.take(64);
  arena.give(large, 640);
  arena.give(small, 128);
  CHECK(arena.take(100) == small);
  CHECK(arena.take(129) == large);
}

TEST_CASE("neighbours that are free become one, in whatever order they are given back") {
  int order[] = {0, 1, 2, 3};
  do {
    Arena arena;
    std::int64_t blocks[4];
    for (std::int64_t& block : blocks) block = arena.take(64);
    for (const int k : order) arena.give(blocks[k], 64);
    CHECK(arena.take(256) == 0);
    CHECK(arena.size() == 256);
  } while (std::ranges::next_permutation(order).found);
}

TEST_CASE("blocks of no bytes are not in the way of others") {
  Arena arena;
  arena.give(arena.take(0), 0);
  CHECK(arena.take(64) == 0);
  CHECK(arena.take(64) == 64);
  arena.give(0, 64);
  arena.give(64, 64);
  CHECK(arena.take(128) == 0);
}

TEST_CASE("no two blocks that live at once overlap, and the arena is no larger than it must be") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    RandomStream dice{seed};
    Arena arena;
    std::map<std::int64_t, std::int64_t> living;  // offset -> bytes
    std::int64_t taken = 0;
    for (int k = 0; k < 400; ++k) {
      if (!living.empty() && dice.below(2) == 0) {
        const auto block =
            std::next(living.begin(), static_cast<std::ptrdiff_t>(dice.below(living.size())));
        arena.give(block->first, block->second);
        living.erase(block);
        continue;
      }
      const auto bytes = static_cast<std::int64_t>(1 + dice.below(1000));
      const std::int64_t offset = arena.take(bytes);
      REQUIRE(offset % 64 == 0);
      REQUIRE(offset + bytes <= arena.size());
      taken += Arena::rounded(bytes);
      const auto after = living.lower_bound(offset);
      if (after != living.end()) REQUIRE(offset + bytes <= after->first);
      if (after != living.begin()) {
        const auto before = std::prev(after);
        REQUIRE(before->first + before->second <= offset);
      }
      living.emplace(offset, bytes);
    }
    CHECK(arena.size() < taken / 2);
    for (const auto& [offset, bytes] : living) arena.give(offset, bytes);
    const std::int64_t gap = Arena::rounded(4096) - 4096;
    CHECK(arena.take(arena.size() - (arena.size() < 4096 ? 0 : gap)) == 0);
  }
}

}  // namespace
}  // namespace chronograd::plan
