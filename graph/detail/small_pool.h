#pragma once

#include <cstddef>

namespace chronograd::detail {

/// Blocks of up to 64 bytes from free lists of this thread: what a recording allocates per node.
/// A block may be returned on another thread than the one that took it.
void* take_small(std::size_t bytes);
void give_small(void* block, std::size_t bytes) noexcept;

inline constexpr std::size_t small_limit = 64;

}  // namespace chronograd::detail
