#pragma once

#include <cstddef>
#include <vector>

namespace chronograd::detail {

/// Memory for a list of so many bytes. Throws bad_alloc.
void* take_for_list(std::size_t bytes);
void give_from_list(void* memory, std::size_t bytes) noexcept;

template <class T>
struct LongListMemory {
  using value_type = T;

  LongListMemory() = default;
  template <class U>
  LongListMemory(const LongListMemory<U>& /*other*/) noexcept {}

  T* allocate(std::size_t count) { return static_cast<T*>(take_for_list(count * sizeof(T))); }
  void deallocate(T* list, std::size_t count) noexcept { give_from_list(list, count * sizeof(T)); }
  bool operator==(const LongListMemory&) const = default;
};

/// A list that grows with a recording. To touch new memory page by page takes longer than to record
/// a node, so that a long list lies in pages as large as the system has them.
template <class T>
using LongList = std::vector<T, LongListMemory<T>>;

}  // namespace chronograd::detail
