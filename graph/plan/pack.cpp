#include "chronograd/graph/plan/pack.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <vector>

#include "chronograd/graph/plan/arena.h"

namespace chronograd::plan {
namespace {

// To pack by size compares each lifetime with each other one. That is only done where it can save a
// megabyte, and where they are not too many.
constexpr std::int64_t worth_bytes = 1 << 20;
constexpr std::size_t most_lifetimes = 4096;

using Order = std::vector<std::uint32_t>;

Order in_order_of_last(std::span<const Lifetime> lifetimes) {
  Order order(lifetimes.size());
  std::iota(order.begin(), order.end(), 0u);
  std::ranges::stable_sort(order, {}, [&](std::uint32_t b) { return lifetimes[b].last; });
  return order;
}

struct Packed {
  std::int64_t size = 0;    ///< how much memory all take together
  std::int64_t needed = 0;  ///< the most that is needed at one time
};

// Takes memory for each lifetime when it begins, as if nothing were known of those that follow.
Packed pack_in_order(std::span<Lifetime> lifetimes) {
  const Order leaving = in_order_of_last(lifetimes);
  auto next = leaving.begin();
  Arena memory;
  Packed packed;
  std::int64_t living = 0;
  for (Lifetime& lifetime : lifetimes) {
    for (; lifetimes[*next].last < lifetime.first; ++next) {
      memory.give(lifetimes[*next].offset, lifetimes[*next].bytes);
      living -= Arena::rounded(lifetimes[*next].bytes);
    }
    lifetime.offset = memory.take(lifetime.bytes);
    living += Arena::rounded(lifetime.bytes);
    packed.needed = std::max(packed.needed, living);
  }
  packed.size = memory.size();
  return packed;
}

// Takes memory for the largest lifetimes first, each at the lowest offset that is free while it is
// needed (Pisarchyk and Lee 2020, "Efficient memory management for deep neural net inference").
std::int64_t pack_by_size(std::span<Lifetime> lifetimes) {
  Order order(lifetimes.size());
  std::iota(order.begin(), order.end(), 0u);
  std::ranges::stable_sort(order, std::greater{},
                           [&](std::uint32_t b) { return lifetimes[b].bytes; });
  std::vector<const Lifetime*> placed;  // in the order of their offsets
  placed.reserve(lifetimes.size());
  std::int64_t size = 0;
  for (const std::uint32_t b : order) {
    Lifetime& lifetime = lifetimes[b];
    const std::int64_t bytes = Arena::rounded(lifetime.bytes);
    lifetime.offset = 0;
    for (const Lifetime* other : placed) {
      if (other->last < lifetime.first || lifetime.last < other->first) continue;
      if (other->offset >= lifetime.offset + bytes) break;
      lifetime.offset = std::max(lifetime.offset, other->offset + Arena::rounded(other->bytes));
    }
    placed.insert(std::ranges::upper_bound(placed, lifetime.offset, {}, &Lifetime::offset),
                  &lifetime);
    size = std::max(size, lifetime.offset + bytes);
  }
  return size;
}

}  // namespace

std::int64_t pack(std::span<Lifetime> lifetimes) {
  const auto [size, needed] = pack_in_order(lifetimes);
  if (size - needed < worth_bytes || lifetimes.size() > most_lifetimes) return size;
  std::vector<Lifetime> others(lifetimes.begin(), lifetimes.end());
  const std::int64_t smaller = pack_by_size(others);
  if (smaller >= size) return size;
  std::ranges::copy(others, lifetimes.begin());
  return smaller;
}

}  // namespace chronograd::plan
