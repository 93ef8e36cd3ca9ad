#pragma once

#include <cstddef>
#include <cstdint>

/// Memory as the system gives it, and blocks of it in sizes that grow in quarters of a power of
/// two: at most a fifth of a block is unused.
namespace chronograd::detail {

/// Many bytes lie in pages as large as the system has them. Throws bad_alloc.
void* new_pages(std::size_t bytes);
void delete_pages(void* memory, std::size_t bytes) noexcept;

inline constexpr std::uint32_t size_classes = 4 * 58;

/// The smallest size that holds so many bytes.
std::uint32_t class_of(std::size_t bytes);
std::size_t bytes_of(std::uint32_t size_class);

/// Throws bad_alloc. The first 64 bytes are for whoever owns the block.
void* new_block(std::uint32_t size_class);
void delete_block(void* block, std::uint32_t size_class) noexcept;
/// Where the block's `bytes_of(size_class)` begin.
std::byte* data_of(void* block, std::uint32_t size_class);

}  // namespace chronograd::detail
