#pragma once

#include <cstddef>

namespace chronograd::detail {

/// Whether freed blocks are kept for reuse: not under AddressSanitizer, so that it sees every use
/// after free.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool pooled = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
inline constexpr bool pooled = false;
#else
inline constexpr bool pooled = true;
#endif
#else
inline constexpr bool pooled = true;
#endif

/// Blocks of up to 64 bytes from free lists of this thread: what a recording allocates per node.
/// A block may be returned on another thread than the one that took it.
void* take_small(std::size_t bytes);
void give_small(void* block, std::size_t bytes) noexcept;
/// Gives memory of which nothing is in use back to the system: of what this thread and those before
/// it gave, and of what others had left over.
void trim_small() noexcept;
/// Bytes that were asked of the system for such blocks.
std::size_t bytes_of_small();

inline constexpr std::size_t small_limit = 64;

}  // namespace chronograd::detail
