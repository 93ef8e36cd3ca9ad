#include "chronograd/graph/memory/blocks.h"

#include <bit>
#include <new>

#include "chronograd/graph/memory/small_pool.h"

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace chronograd::detail {
namespace {

constexpr std::size_t alignment = 64;
constexpr std::size_t header = 64;
constexpr std::size_t smallest = 64;

// To touch a new page takes the system as long as a thousand numbers take to be written; and
// matrices are read with strides of many small pages, more of them than the processor remembers the
// places of: large blocks are laid out for huge ones, where the system has them to give.
constexpr std::size_t huge_page = std::size_t{2} << 20;

#if defined(__linux__)
constexpr bool can_map = pooled;
#else
constexpr bool can_map = false;
#endif

bool is_mapped(std::size_t bytes) { return can_map && bytes >= huge_page; }

#if defined(__linux__)

void unmap(std::byte* begin, const std::byte* end) {
  if (begin != end) munmap(begin, static_cast<std::size_t>(end - begin));
}

// Large blocks do not begin at like places of their pages: those would share a few cache sets.
constexpr std::size_t stagger = 4096 + 64;
constexpr std::size_t staggers = 16;

// In whole pages, of whatever size those are.
std::size_t mapped_size(std::size_t bytes) { return (bytes + 65535) / 65536 * 65536; }

void* map(std::size_t bytes) {
  const std::size_t size = mapped_size(bytes);
  void* const memory =
      mmap(nullptr, size + huge_page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc{};
  auto* const begin = static_cast<std::byte*>(memory);
  std::byte* const block =
      begin + (huge_page - reinterpret_cast<std::uintptr_t>(begin) % huge_page);
  unmap(begin, block);
  unmap(block + size, begin + size + huge_page);
#if defined(MADV_HUGEPAGE)
  madvise(block, size / huge_page * huge_page, MADV_HUGEPAGE);
#endif
  return block;
}
#endif

// What is asked of the system for a block.
std::size_t size_of_block(std::uint32_t size_class) {
  const std::size_t bytes = header + bytes_of(size_class);
#if defined(__linux__)
  if (is_mapped(bytes)) return bytes + (staggers - 1) * stagger;
#endif
  return bytes;
}

}  // namespace

void* new_pages(std::size_t bytes) {
#if defined(__linux__)
  if (is_mapped(bytes)) return map(bytes);
#endif
  return ::operator new(bytes);
}

void delete_pages(void* memory, std::size_t bytes) noexcept {
#if defined(__linux__)
  if (is_mapped(bytes)) {
    munmap(memory, mapped_size(bytes));
    return;
  }
#endif
  ::operator delete(memory);
}

std::uint32_t class_of(std::size_t bytes) {
  if (bytes <= smallest) return 0;
  const auto power = static_cast<unsigned>(std::bit_width(bytes - 1)) - 1;
  const std::size_t quarter = ((bytes - 1) >> (power - 2)) & 3;
  return static_cast<std::uint32_t>((power - 6) * 4 + quarter + 1);
}

std::size_t bytes_of(std::uint32_t size_class) {
  if (size_class == 0) return smallest;
  const std::uint32_t power = (size_class - 1) / 4 + 6;
  return (std::size_t{5} + (size_class - 1) % 4) << (power - 2);
}

std::byte* data_of(void* block, std::uint32_t size_class) {
  std::byte* const first = static_cast<std::byte*>(block) + header;
#if defined(__linux__)
  if (is_mapped(header + bytes_of(size_class))) {
    return first + reinterpret_cast<std::uintptr_t>(block) / huge_page % staggers * stagger;
  }
#endif
  return first;
}

void* new_block(std::uint32_t size_class) {
  const std::size_t size = size_of_block(size_class);
  return is_mapped(size) ? new_pages(size) : ::operator new (size, std::align_val_t{alignment});
}

void delete_block(void* block, std::uint32_t size_class) noexcept {
  const std::size_t size = size_of_block(size_class);
  if (is_mapped(size)) return delete_pages(block, size);
  ::operator delete (block, std::align_val_t{alignment});
}

}  // namespace chronograd::detail
