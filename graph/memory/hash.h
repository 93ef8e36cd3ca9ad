#pragma once

#include <cstdint>

namespace chronograd::detail {

/// The bits of a hash that count. Hashes only find what is then compared, so that fewer bits make
/// everything slower and nothing else: tests set fewer, before anything is hashed.
#ifdef CHRONOGRAD_TEST_HOOKS
inline constinit std::uint64_t bits_of_hashes = ~std::uint64_t{0};
#else
inline constexpr std::uint64_t bits_of_hashes = ~std::uint64_t{0};
#endif

/// A hash of a sequence of numbers, one more of them taken in.
inline std::uint64_t mixed(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9FB21C651E98DF25u;
  return (hash ^ (hash >> 32)) & bits_of_hashes;
}

}  // namespace chronograd::detail
