#include "chronograd/graph/buffer.h"

#include <bit>
#include <cstdint>
#include <mutex>
#include <new>
#include <vector>

#include "chronograd/graph/detail/faults.h"
#include "chronograd/graph/detail/small_pool.h"

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace chronograd {
namespace {

constexpr std::size_t alignment = 64;
constexpr std::size_t header = 64;
constexpr std::size_t small_header = 16;
constexpr std::size_t smallest = 64;

// Sizes grow in quarters of a power of two: at most a fifth of a block is unused.
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

constexpr std::uint32_t classes = 4 * 58;
constexpr std::uint32_t small_class = classes;
constexpr std::uint32_t adopted_class = classes + 1;

// Matrices are read with strides of many small pages, more of them than the processor remembers the
// places of: large blocks are laid out for huge ones, where the system has them to give.
constexpr std::size_t huge_page = std::size_t{2} << 20;

#if defined(__linux__)
bool is_mapped(std::size_t bytes) { return detail::pooled && bytes >= huge_page; }

void unmap(std::byte* begin, const std::byte* end) {
  if (begin != end) munmap(begin, static_cast<std::size_t>(end - begin));
}

// Large blocks do not begin at like places of their pages: those would share a few cache sets.
constexpr std::size_t stagger = 4096 + 64;
constexpr std::size_t staggers = 16;

// In whole pages, of whatever size those are.
std::size_t mapped_size(std::size_t bytes) {
  bytes += (staggers - 1) * stagger;
  return (bytes + 65535) / 65536 * 65536;
}

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
  const std::size_t bytes = header + bytes_of(size_class);
#if defined(__linux__)
  if (is_mapped(bytes)) return map(bytes);
#endif
  return ::operator new (bytes, std::align_val_t{alignment});
}

void delete_block(void* block, std::uint32_t size_class) noexcept {
#if defined(__linux__)
  if (const std::size_t bytes = header + bytes_of(size_class); is_mapped(bytes)) {
    munmap(block, mapped_size(bytes));
    return;
  }
#endif
  ::operator delete (block, std::align_val_t{alignment});
}

class Pool {
 public:
  void* take(std::uint32_t size_class) {
    {
      const std::lock_guard lock{mutex_};
      auto& free = free_[size_class];
      if (!free.empty()) {
        void* block = free.back();
        free.pop_back();
        return block;
      }
    }
    return new_block(size_class);
  }

  void give(void* block, std::uint32_t size_class) noexcept {
    if (detail::pooled) {
      try {
        const std::lock_guard lock{mutex_};
        free_[size_class].push_back(block);
        return;
      } catch (...) {  // no room to remember it
      }
    }
    delete_block(block, size_class);
  }

  void trim() {
    const std::lock_guard lock{mutex_};
    for (std::uint32_t size_class = 0; size_class < classes; ++size_class) {
      for (void* block : free_[size_class]) delete_block(block, size_class);
      free_[size_class] = {};
    }
  }

 private:
  std::mutex mutex_;
  std::vector<void*> free_[classes];
};

Pool& pool() {
  static auto& instance = *new Pool;  // leaked: tensors may outlive static destruction
  return instance;
}

}  // namespace

struct Buffer::Adopted : Block {
  std::shared_ptr<void> owner;
};

Buffer Buffer::allocate(std::size_t bytes) {
  if (bytes <= detail::small_limit - small_header) {
    void* memory = detail::take_small(small_header + bytes);
    auto* block = new (memory) Block;
    // The size is needed to give the block back: kept above the class numbers.
    block->size_class = small_class + 2 + static_cast<std::uint32_t>(bytes);
    block->data = static_cast<std::byte*>(memory) + small_header;
    return Buffer{block};
  }
  detail::allocation_may_fail();
  if (bytes > PTRDIFF_MAX) throw std::bad_alloc{};
  const std::uint32_t size_class = class_of(bytes);
  void* memory = pool().take(size_class);
  auto* block = new (memory) Block;
  block->size_class = size_class;
  block->data = data_of(memory, size_class);
  return Buffer{block};
}

Buffer Buffer::adopt(void* data, std::shared_ptr<void> owner) {
  auto* block = new Adopted;
  block->size_class = adopted_class;
  block->data = static_cast<std::byte*>(data);
  block->owner = std::move(owner);
  return Buffer{block};
}

std::size_t Buffer::capacity() const {
  if (block_ == nullptr) return 0;
  if (block_->size_class < classes) return bytes_of(block_->size_class);
  return block_->size_class == adopted_class ? SIZE_MAX : block_->size_class - small_class - 2;
}

void Buffer::free(Block* block) noexcept {
  if (block->size_class == adopted_class) {
    delete static_cast<Adopted*>(block);
  } else if (block->size_class < classes) {
    pool().give(block, block->size_class);
  } else {
    detail::give_small(block, small_header + block->size_class - small_class - 2);
  }
}

void trim_memory() { pool().trim(); }

}  // namespace chronograd
