#include "chronograd/graph/plan/pack.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <vector>

#include "chronograd/graph/plan/arena.h"

namespace chronograd::plan {
namespace {

// Packing by size compares each block with each other one: it must be worth it.
constexpr std::int64_t worth_bytes = 1 << 20;
constexpr std::size_t most_blocks = 4096;

using Order = std::vector<std::uint32_t>;

Order in_order_of_last(std::span<const Block> blocks) {
  Order order(blocks.size());
  std::iota(order.begin(), order.end(), 0u);
  std::ranges::stable_sort(order, {}, [&](std::uint32_t b) { return blocks[b].last; });
  return order;
}

struct Packed {
  std::int64_t size = 0;    ///< of all memory
  std::int64_t needed = 0;  ///< at most at one time
};

// As one would without knowing what comes: each block takes memory when it is needed first.
Packed pack_in_order(std::span<Block> blocks) {
  const Order leaving = in_order_of_last(blocks);
  auto next = leaving.begin();
  Arena memory;
  Packed packed;
  std::int64_t living = 0;
  for (Block& block : blocks) {
    for (; blocks[*next].last < block.first; ++next) {
      memory.give(blocks[*next].offset, blocks[*next].bytes);
      living -= Arena::rounded(blocks[*next].bytes);
    }
    block.offset = memory.take(block.bytes);
    living += Arena::rounded(block.bytes);
    packed.needed = std::max(packed.needed, living);
  }
  packed.size = memory.size();
  return packed;
}

// The largest first, each at the lowest offset that is free while it is needed (Pisarchyk and Lee
// 2020, "Efficient memory management for deep neural net inference").
std::int64_t pack_by_size(std::span<Block> blocks) {
  Order order(blocks.size());
  std::iota(order.begin(), order.end(), 0u);
  std::ranges::stable_sort(order, std::greater{}, [&](std::uint32_t b) { return blocks[b].bytes; });
  std::vector<const Block*> placed;  // in the order of their offsets
  placed.reserve(blocks.size());
  std::int64_t size = 0;
  for (const std::uint32_t b : order) {
    Block& block = blocks[b];
    const std::int64_t bytes = Arena::rounded(block.bytes);
    block.offset = 0;
    for (const Block* other : placed) {
      if (other->last < block.first || block.last < other->first) continue;
      if (other->offset >= block.offset + bytes) break;
      block.offset = std::max(block.offset, other->offset + Arena::rounded(other->bytes));
    }
    placed.insert(std::ranges::upper_bound(placed, block.offset, {}, &Block::offset), &block);
    size = std::max(size, block.offset + bytes);
  }
  return size;
}

}  // namespace

std::int64_t pack(std::span<Block> blocks) {
  const auto [size, needed] = pack_in_order(blocks);
  if (size - needed < worth_bytes || blocks.size() > most_blocks) return size;
  std::vector<Block> others(blocks.begin(), blocks.end());
  const std::int64_t smaller = pack_by_size(others);
  if (smaller >= size) return size;
  std::ranges::copy(others, blocks.begin());
  return smaller;
}

}  // namespace chronograd::plan
