#include "chronograd/graph/memory/small_pool.h"

#include <array>
#include <mutex>
#include <new>

#include "chronograd/graph/memory/faults.h"
#include "chronograd/graph/memory/pool.h"

namespace chronograd::detail {
namespace {

constexpr std::size_t step = 16;
constexpr std::size_t classes = small_limit / step;
constexpr std::size_t batch = 512;

struct Free {
  Free* next;
};

struct List {
  Free* head = nullptr;
  std::size_t count = 0;

  void push(Free* block) {
    block->next = head;
    head = block;
    ++count;
  }
  Free* pop() {
    Free* block = head;
    head = block->next;
    --count;
    return block;
  }
};

using Lists = std::array<List, classes>;

struct Shared {
  std::mutex mutex;
  Lists lists;
};

Shared& shared() {
  static auto& instance = *new Shared;  // leaked: tensors may outlive static destruction
  return instance;
}

void move_blocks(List& from, List& to, std::size_t count) {
  for (; count > 0 && from.head != nullptr; --count) to.push(from.pop());
}

// Trivially destructible, so that it is usable while other thread-local objects are destroyed.
thread_local Lists local;
thread_local bool thread_ended = false;

// What is rarely called is kept out of line, so that the common path saves no registers.
[[gnu::noinline]] void hand_over() {
  const std::lock_guard lock{shared().mutex};
  for (std::size_t c = 0; c < classes; ++c) {
    move_blocks(local[c], shared().lists[c], local[c].count);
  }
}

struct AtThreadEnd {
  ~AtThreadEnd() {
    hand_over();
    thread_ended = true;
  }
};

[[gnu::noinline]] void share(std::size_t c) {
  const std::lock_guard lock{shared().mutex};
  move_blocks(local[c], shared().lists[c], 32 * batch);
}

void carve_slab(List& list, std::size_t bytes) {
  constexpr std::size_t slab = 16 * 1024;
  auto* memory =
      static_cast<std::byte*>(after_trimming_if_needed([] { return ::operator new(slab); }));
  for (std::size_t at = 0; at + bytes <= slab; at += bytes) {
    list.push(reinterpret_cast<Free*>(memory + at));
  }
}

[[gnu::noinline]] void refill(std::size_t c) {
  thread_local const AtThreadEnd hand_over_at_end;
  (void)hand_over_at_end;
  {
    const std::lock_guard lock{shared().mutex};
    move_blocks(shared().lists[c], local[c], batch);
  }
  if (local[c].head == nullptr) carve_slab(local[c], (c + 1) * step);
}

}  // namespace

void* take_small(std::size_t bytes) {
  allocation_may_fail();
  if (!pooled) return ::operator new(bytes);
  const std::size_t c = (bytes - 1) / step;
  if (local[c].head == nullptr) refill(c);
  return local[c].pop();
}

void give_small(void* block, std::size_t bytes) noexcept {
  if (!pooled) return ::operator delete(block);
  const std::size_t c = (bytes - 1) / step;
  local[c].push(static_cast<Free*>(block));
  if (thread_ended) {
    hand_over();
  } else if (local[c].count > 64 * batch) {
    share(c);
  }
}

}  // namespace chronograd::detail
