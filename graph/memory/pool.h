#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <new>

#include "chronograd/graph/memory/blocks.h"
#include "chronograd/graph/memory/demand.h"

namespace chronograd::detail {

/// Keeps freed blocks, so that a step that repeats asks the system for nothing. What it keeps is
/// bounded by what is in use at most: before it asks the system for a block, those that lie idle
/// longest go back until all blocks together are little more than the most that were in use at
/// once.
class Pool {
 public:
  struct Bytes {
    std::size_t used = 0;
    std::size_t idle = 0;
  };
  struct Block {
    void* memory;
    std::uint32_t size_class;
  };

  static Pool& instance();

  /// At least so many bytes; where `briefly`, perhaps many more. When the system has none left, all
  /// idle blocks go back to it before this throws bad_alloc.
  Block take(std::size_t bytes, bool briefly);
  void give(Block block) noexcept;
  void trim() noexcept;
  Bytes bytes() const;

 private:
  /// Stands at the beginning of an idle block, which has room for its owner there.
  struct Idle {
    Idle* newer;
    Idle* older;
    std::uint64_t since;
  };
  struct IdleBlocks {
    Idle* newest = nullptr;
    Idle* oldest = nullptr;
  };

  void add_idle(Block block) noexcept;
  void* remove_newest(std::uint32_t size_class) noexcept;
  void* remove_oldest(std::uint32_t size_class) noexcept;
  void* take_idle(std::uint32_t size_class);
  void count_as_used(std::size_t bytes);
  void make_room_for(std::size_t bytes) noexcept;
  void drop_oldest() noexcept;

  mutable std::mutex mutex_;
  IdleBlocks idle_[size_classes];
  Bytes bytes_;
  Demand demand_;
};

/// Asks for memory, and once more after all that lies idle has gone back to the system.
template <class Ask>
void* after_trimming_if_needed(Ask ask) {
  try {
    return ask();
  } catch (const std::bad_alloc&) {
    Pool::instance().trim();
    return ask();
  }
}

}  // namespace chronograd::detail
