#include "chronograd/graph/buffer.h"

#include <cstdint>
#include <new>

#include "chronograd/graph/memory/faults.h"
#include "chronograd/graph/memory/pool.h"
#include "chronograd/graph/memory/small_pool.h"

namespace chronograd {
namespace {

constexpr std::size_t small_header = 16;
constexpr std::uint32_t small_class = detail::size_classes;
constexpr std::uint32_t adopted_class = small_class + 1;

}  // namespace

struct Buffer::Adopted : Block {
  std::shared_ptr<void> owner;
};

Buffer Buffer::allocate(std::size_t bytes) { return allocate(bytes, false); }

Buffer Buffer::allocate_briefly(std::size_t bytes) { return allocate(bytes, true); }

Buffer Buffer::allocate(std::size_t bytes, bool briefly) {
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
  const auto [memory, size_class] = detail::Pool::instance().take(bytes, briefly);
  auto* block = new (memory) Block;
  block->size_class = size_class;
  block->data = detail::data_of(memory, size_class);
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
  if (block_->size_class < detail::size_classes) return detail::bytes_of(block_->size_class);
  return block_->size_class == adopted_class ? SIZE_MAX : block_->size_class - small_class - 2;
}

void Buffer::free(Block* block) noexcept {
  if (block->size_class == adopted_class) {
    delete static_cast<Adopted*>(block);
  } else if (block->size_class < detail::size_classes) {
    detail::Pool::instance().give({block, block->size_class});
  } else {
    detail::give_small(block, small_header + block->size_class - small_class - 2);
  }
}

void trim_memory() { detail::Pool::instance().trim(); }

MemoryInUse memory_in_use() {
  const auto [used, idle] = detail::Pool::instance().bytes();
  return {.used = used, .idle = idle};
}

}  // namespace chronograd
