#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace chronograd {

/// A counted reference to a block of memory. Blocks come from a pool and return to it when the
/// last reference goes, on whichever thread that is.
class Buffer {
 public:
  Buffer() = default;
  /// An uninitialised block of at least `bytes`, aligned to 64 (below 48 bytes, to 16).
  static Buffer allocate(std::size_t bytes);
  /// For what is needed during one evaluation only: the block may be a much larger one that is
  /// idle, so that evaluations of many sizes share one.
  static Buffer allocate_briefly(std::size_t bytes);
  /// Memory that somebody else owns; `owner` is released with the last reference.
  static Buffer adopt(void* data, std::shared_ptr<void> owner);

  Buffer(const Buffer& other) noexcept : block_(other.block_) {
    if (block_ != nullptr) block_->references.fetch_add(1, std::memory_order_relaxed);
  }
  Buffer(Buffer&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  Buffer& operator=(Buffer other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~Buffer() {
    if (block_ != nullptr && (block_->references.load(std::memory_order_acquire) == 1 ||
                              block_->references.fetch_sub(1, std::memory_order_acq_rel) == 1)) {
      free(block_);
    }
  }

  explicit operator bool() const { return block_ != nullptr; }
  std::byte* data() const { return block_ == nullptr ? nullptr : block_->data; }
  /// The bytes that may be used; SIZE_MAX for adopted memory, whose size is not known.
  std::size_t capacity() const;
  /// How many references there are; of use to whoever holds one and knows of the others.
  std::uint32_t references() const {
    return block_ == nullptr ? 0 : block_->references.load(std::memory_order_acquire);
  }

 private:
  struct Block {
    std::atomic<std::uint32_t> references{1};
    std::uint32_t size_class = 0;
    std::byte* data = nullptr;
  };
  struct Adopted;
  explicit Buffer(Block* block) : block_(block) {}
  static Buffer allocate(std::size_t bytes, bool briefly);
  static void free(Block* block) noexcept;

  Block* block_ = nullptr;
};

/// Returns the pool's free blocks to the system. They are otherwise kept for reuse, as long as they
/// and what is in use are together little more than the most that was in use of late.
void trim_memory();

/// Bytes in blocks of the pool, which holds all but the smallest and what was adopted.
struct MemoryInUse {
  std::size_t used = 0;
  std::size_t idle = 0;  ///< kept for reuse
};
MemoryInUse memory_in_use();

}  // namespace chronograd
