#include "chronograd/graph/memory/small_pool.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <new>
#include <utility>

#include "chronograd/graph/memory/demand.h"
#include "chronograd/graph/memory/faults.h"
#include "chronograd/graph/memory/pool.h"

namespace chronograd::detail {
namespace {

constexpr std::size_t step = 16;
constexpr std::size_t classes = small_limit / step;
constexpr std::size_t batch = 512;

constexpr std::size_t size_of_class(std::size_t c) { return (c + 1) * step; }

struct Free {
  Free* next;
};

/// A slab lies at a multiple of its size, so that its blocks know where it begins.
struct Slab {
  static constexpr std::size_t bytes = 16 * 1024;
  static constexpr std::size_t first_block = 64;

  static constexpr std::size_t blocks(std::size_t size) { return (bytes - first_block) / size; }
  static Slab& of(Free* block) {
    return *reinterpret_cast<Slab*>(reinterpret_cast<std::uintptr_t>(block) / bytes * bytes);
  }

  std::size_t idle = 0;  ///< while idle slabs are looked for: how many of its blocks are
  Slab* next = nullptr;
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
  std::size_t bytes = 0;  ///< of all slabs
  Demand demand;
  std::size_t left = 0;  ///< idle bytes that could not be given back, for their slabs are in use

  std::size_t idle() const {
    std::size_t sum = 0;
    for (std::size_t c = 0; c < classes; ++c) sum += lists[c].count * size_of_class(c);
    return sum;
  }
};

Shared& shared() {
  static auto& instance = *new Shared;  // leaked: tensors may outlive static destruction
  return instance;
}

void move_blocks(List& from, List& to, std::size_t count) {
  for (; count > 0 && from.head != nullptr; --count) to.push(from.pop());
}

// Takes the slabs of which all blocks are in the list out of it.
Slab* remove_idle_slabs(List& list, std::size_t blocks) noexcept {
  for (Free* block = list.head; block != nullptr; block = block->next) Slab::of(block).idle = 0;
  for (Free* block = list.head; block != nullptr; block = block->next) ++Slab::of(block).idle;
  List kept;
  Slab* idle = nullptr;
  while (list.head != nullptr) {
    Free* const block = list.pop();
    Slab& slab = Slab::of(block);
    if (slab.idle < blocks) {
      kept.push(block);
    } else if (slab.idle++ == blocks) {
      slab.next = std::exchange(idle, &slab);
    }
  }
  list = kept;
  return idle;
}

void give_idle_slabs_back(Shared& all) noexcept {
  for (std::size_t c = 0; c < classes; ++c) {
    Slab* slab = remove_idle_slabs(all.lists[c], Slab::blocks(size_of_class(c)));
    while (slab != nullptr) {
      ::operator delete (std::exchange(slab, slab->next), std::align_val_t{Slab::bytes});
      all.bytes -= Slab::bytes;
    }
  }
  all.left = all.idle();
}

// To look for idle slabs takes time: only when much more lies idle than the last time.
void give_back_what_is_too_much(Shared& all) noexcept {
  const std::size_t idle = all.idle();
  if (all.bytes > all.demand.bound(all.bytes - idle) && idle > all.left + all.left / 2) {
    give_idle_slabs_back(all);
  }
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
  give_back_what_is_too_much(shared());
}

void carve_slab(List& list, std::size_t bytes) {
  void* const memory = after_trimming_if_needed(
      [] { return ::operator new (Slab::bytes, std::align_val_t{Slab::bytes}); });
  auto* const slab = static_cast<std::byte*>(memory);
  new (slab) Slab;
  for (std::size_t k = 0; k < Slab::blocks(bytes); ++k) {
    list.push(reinterpret_cast<Free*>(slab + Slab::first_block + k * bytes));
  }
}

[[gnu::noinline]] void refill(std::size_t c) {
  thread_local const AtThreadEnd hand_over_at_end;
  (void)hand_over_at_end;
  const std::size_t bytes = size_of_class(c);
  Shared& all = shared();
  {
    const std::lock_guard lock{all.mutex};
    move_blocks(all.lists[c], local[c], batch);
  }
  const bool carved = local[c].head == nullptr;
  if (carved) carve_slab(local[c], bytes);
  const std::lock_guard lock{all.mutex};
  if (carved) all.bytes += Slab::bytes;
  all.demand.count(local[c].count * bytes, all.bytes - all.idle());
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

void trim_small() noexcept {
  hand_over();
  const std::lock_guard lock{shared().mutex};
  give_idle_slabs_back(shared());
}

std::size_t bytes_of_small() {
  const std::lock_guard lock{shared().mutex};
  return shared().bytes;
}

}  // namespace chronograd::detail
