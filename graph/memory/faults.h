#pragma once

#include <cstdint>
#include <new>

namespace chronograd::detail {

#ifdef CHRONOGRAD_TEST_HOOKS
/// Lets the k-th allocation or kernel on this thread fail. Off while negative.
struct Faults {
  std::int64_t allocations_left = -1;
  std::int64_t kernels_left = -1;
};

inline thread_local Faults faults;

inline void allocation_may_fail() {
  if (faults.allocations_left >= 0 && faults.allocations_left-- == 0) throw std::bad_alloc{};
}
/// Whether the kernel that is about to run is to fail.
inline bool kernel_fails() { return faults.kernels_left >= 0 && faults.kernels_left-- == 0; }
#else
inline void allocation_may_fail() {}
inline bool kernel_fails() { return false; }
#endif

}  // namespace chronograd::detail
