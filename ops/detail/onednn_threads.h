#pragma once

#include <dlfcn.h>

namespace chronograd::detail {

/// While an object of this class lives, oneDNN works on the calling thread alone. Many builds of it
/// bring an OpenMP runtime, which would start a team of threads in each of our threads. We call its
/// functions by name, since we do not use OpenMP and do not know which runtime it is.
class OneThread {
 public:
  OneThread() {
    if (set == nullptr || get == nullptr) return;
    before_ = get();
    if (before_ != 1) set(1);
  }
  ~OneThread() {
    if (before_ > 1) set(before_);
  }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  template <class F>
  static F* find(const char* name) {
    return reinterpret_cast<F*>(dlsym(RTLD_DEFAULT, name));
  }
  static inline int (*const get)() = find<int()>("omp_get_max_threads");
  static inline void (*const set)(int) = find<void(int)>("omp_set_num_threads");
  int before_ = 1;
};

}  // namespace chronograd::detail
