#pragma once

#include <cstdint>

namespace chronograd::detail {

/// A hash of a sequence of numbers, one more of them taken in.
inline std::uint64_t mixed(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9FB21C651E98DF25u;
  return hash ^ (hash >> 32);
}

}  // namespace chronograd::detail
