#pragma once

#include "chronograd/graph/threads.h"

namespace chronograd::test {

/// Sets the number of threads while it lives.
struct UseThreads {
  explicit UseThreads(int count) { set_threads(count); }
  ~UseThreads() { set_threads(before); }
  int before = threads();
};

}  // namespace chronograd::test
