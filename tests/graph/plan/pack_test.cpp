#include "chronograd/graph/plan/pack.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "chronograd/graph/plan/arena.h"
#include "chronograd/graph/random.h"

namespace chronograd::plan {
namespace {

constexpr std::int64_t megabyte = 1 << 20;

void check_apart(const std::vector<Lifetime>& lifetimes, std::int64_t size) {
  for (std::size_t a = 0; a < lifetimes.size(); ++a) {
    REQUIRE(lifetimes[a].offset >= 0);
    REQUIRE(lifetimes[a].offset % 64 == 0);
    REQUIRE(lifetimes[a].offset + lifetimes[a].bytes <= size);
    for (std::size_t b = 0; b < a; ++b) {
      const bool meet =
          lifetimes[a].first <= lifetimes[b].last && lifetimes[b].first <= lifetimes[a].last;
      const bool overlap = lifetimes[a].offset < lifetimes[b].offset + lifetimes[b].bytes &&
                           lifetimes[b].offset < lifetimes[a].offset + lifetimes[a].bytes;
      REQUIRE(!(meet && overlap));
    }
  }
}

std::int64_t needed(const std::vector<Lifetime>& lifetimes) {
  std::int64_t most = 0;
  for (const Lifetime& now : lifetimes) {
    std::int64_t living = 0;
    for (const Lifetime& lifetime : lifetimes) {
      if (lifetime.first <= now.first && now.first <= lifetime.last) {
        living += Arena::rounded(lifetime.bytes);
      }
    }
    most = std::max(most, living);
  }
  return most;
}

TEST_CASE("lifetimes that are needed one after the other share memory") {
  std::vector<Lifetime> lifetimes{{0, 1, 64}, {2, 3, 64}, {3, 4, 64}};
  CHECK(pack(lifetimes) == 128);
  CHECK(lifetimes[0].offset == lifetimes[1].offset);
  CHECK(lifetimes[1].offset != lifetimes[2].offset);
}

TEST_CASE("nothing takes no memory") {
  std::vector<Lifetime> none;
  CHECK(pack(none) == 0);
}

TEST_CASE("a large lifetime that comes late finds room among small ones that stay") {
  // Taken in order, the third lies behind the first, and nothing large fits between.
  std::vector<Lifetime> lifetimes{
      {0, 1, 8 * megabyte}, {1, 9, megabyte}, {2, 9, megabyte}, {3, 9, 9 * megabyte}};
  const std::int64_t size = pack(lifetimes);
  check_apart(lifetimes, size);
  CHECK(size == needed(lifetimes));
}

TEST_CASE("no two lifetimes that are needed at once overlap, and little is wasted") {
  std::int64_t all = 0;
  std::int64_t all_needed = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    CAPTURE(seed);
    RandomStream dice{seed};
    std::vector<Lifetime> lifetimes;
    for (std::uint32_t step = 0; step < 120; ++step) {
      const auto last = static_cast<std::uint32_t>(step + dice.below(dice.below(8) == 0 ? 100 : 6));
      const auto unit = static_cast<std::int64_t>(dice.below(4) == 0 ? 100'000 : 1'000);
      lifetimes.push_back({step, last, unit * static_cast<std::int64_t>(dice.below(30))});
    }
    const std::int64_t size = pack(lifetimes);
    check_apart(lifetimes, size);
    all += size;
    all_needed += needed(lifetimes);
  }
  CHECK(all >= all_needed);
  CHECK(all < all_needed * 11 / 10);
}

}  // namespace
}  // namespace chronograd::plan
