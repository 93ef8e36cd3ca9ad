#pragma once

#include <cstdint>
#include <span>

namespace chronograd::plan {

/// Memory that is needed from the first task to the last, both included.
struct Lifetime {
  std::uint32_t first;
  std::uint32_t last;
  std::int64_t bytes;
  std::int64_t offset = 0;  ///< where it lies
};

/// Gives each an offset, such that those that are needed at the same time do not overlap. They come
/// in the order of their first tasks. Returns how much memory they take together.
std::int64_t pack(std::span<Lifetime> lifetimes);

}  // namespace chronograd::plan
