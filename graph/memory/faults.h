#pragma once

#include <cstdint>
#include <new>

namespace chronograd::detail {

/// Test hooks that let the k-th allocation or kernel on this thread fail. Off while negative.
struct Faults {
  std::int64_t allocations_left = -1;
  std::int64_t kernels_left = -1;
};

inline thread_local Faults faults;

inline void allocation_may_fail() {
  if (faults.allocations_left >= 0 && faults.allocations_left-- == 0) throw std::bad_alloc{};
}

}  // namespace chronograd::detail
