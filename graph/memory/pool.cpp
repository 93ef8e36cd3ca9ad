#include "chronograd/graph/memory/pool.h"

#include <algorithm>
#include <new>

#include "chronograd/graph/memory/small_pool.h"

namespace chronograd::detail {

Pool& Pool::instance() {
  static auto& pool = *new Pool;  // leaked: tensors may outlive static destruction
  return pool;
}

Pool::Block Pool::take(std::size_t bytes, bool briefly) {
  const std::uint32_t fitting = class_of(bytes);
  {
    const std::lock_guard lock{mutex_};
    const std::uint32_t end = briefly ? size_classes : fitting + 1;
    for (std::uint32_t size_class = fitting; size_class < end; ++size_class) {
      if (void* memory = take_idle(size_class)) return {memory, size_class};
    }
    make_room_for(bytes_of(fitting));
  }
  void* const memory = after_trimming_if_needed([fitting] { return new_block(fitting); });
  const std::lock_guard lock{mutex_};
  count_as_used(bytes_of(fitting));
  return {memory, fitting};
}

void Pool::add_idle(Block block) noexcept {
  IdleBlocks& blocks = idle_[block.size_class];
  auto* const idle = new (block.memory) Idle{nullptr, blocks.newest, demand_.now()};
  (blocks.newest != nullptr ? blocks.newest->newer : blocks.oldest) = idle;
  blocks.newest = idle;
  bytes_.idle += bytes_of(block.size_class);
}

void* Pool::remove_newest(std::uint32_t size_class) noexcept {
  IdleBlocks& blocks = idle_[size_class];
  Idle* const idle = blocks.newest;
  blocks.newest = idle->older;
  (blocks.newest != nullptr ? blocks.newest->newer : blocks.oldest) = nullptr;
  bytes_.idle -= bytes_of(size_class);
  return idle;
}

void* Pool::remove_oldest(std::uint32_t size_class) noexcept {
  IdleBlocks& blocks = idle_[size_class];
  Idle* const idle = blocks.oldest;
  blocks.oldest = idle->newer;
  (blocks.oldest != nullptr ? blocks.oldest->older : blocks.newest) = nullptr;
  bytes_.idle -= bytes_of(size_class);
  return idle;
}

void* Pool::take_idle(std::uint32_t size_class) {
  if (idle_[size_class].newest == nullptr) return nullptr;
  void* const memory = remove_newest(size_class);
  count_as_used(bytes_of(size_class));
  return memory;
}

void Pool::count_as_used(std::size_t bytes) {
  bytes_.used += bytes;
  if (demand_.count(bytes, bytes_.used)) make_room_for(0);
}

void Pool::give(Block block) noexcept {
  const std::size_t bytes = bytes_of(block.size_class);
  const std::lock_guard lock{mutex_};
  bytes_.used -= bytes;
  if (pooled) return add_idle(block);
  delete_block(block.memory, block.size_class);
}

void Pool::make_room_for(std::size_t bytes) noexcept {
  const std::size_t bound = demand_.bound(bytes_.used + bytes);
  while (bytes_.idle > 0 && bytes_.used + bytes_.idle + bytes > bound) drop_oldest();
}

void Pool::drop_oldest() noexcept {
  std::uint32_t oldest = size_classes;
  for (std::uint32_t k = 0; k < size_classes; ++k) {
    if (idle_[k].oldest == nullptr) continue;
    if (oldest == size_classes || idle_[k].oldest->since < idle_[oldest].oldest->since) oldest = k;
  }
  delete_block(remove_oldest(oldest), oldest);
}

void Pool::trim() noexcept {
  trim_small();
  const std::lock_guard lock{mutex_};
  for (std::uint32_t size_class = 0; size_class < size_classes; ++size_class) {
    while (idle_[size_class].newest != nullptr) {
      delete_block(remove_newest(size_class), size_class);
    }
  }
}

Pool::Bytes Pool::bytes() const {
  const std::lock_guard lock{mutex_};
  return bytes_;
}

}  // namespace chronograd::detail
