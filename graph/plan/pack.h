#pragma once

#include <cstdint>
#include <span>

namespace chronograd::plan {

/// Memory that is needed from one step to another, both included.
struct Block {
  std::uint32_t first;
  std::uint32_t last;
  std::int64_t bytes;
  std::int64_t offset = 0;  ///< where it lies
};

/// Gives all blocks, which come in the order of their first steps, offsets at which those that are
/// needed at the same time do not overlap. Returns how much memory they take together.
std::int64_t pack(std::span<Block> blocks);

}  // namespace chronograd::plan
