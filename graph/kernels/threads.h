#pragma once

#include <algorithm>
#include <cstdint>

#include "chronograd/graph/threads.h"

namespace chronograd::detail {

/// A reference to something callable with a range of integers.
struct RangeBody {
  const void* object;
  void (*call)(const void* object, std::int64_t begin, std::int64_t end);
};

void run_parts(std::int64_t n, int parts, RangeBody body);

/// Calls `body(begin, end)` for parts of 0..n that cover it without overlap, on up to `threads()`
/// threads at once; no part but the only one is smaller than `grain`. The parts depend on n, grain
/// and `threads()` alone. Where the threads are busy already (a call from inside of a body, or from
/// a second user thread) the same parts run one after another on the calling thread. When bodies
/// throw, the exception of the first part that did leaves here, after all parts have ended.
template <class Body>
void parallel_for(std::int64_t n, std::int64_t grain, const Body& body) {
  if (n <= 0) return;
  const auto parts = static_cast<int>(
      std::clamp<std::int64_t>(n / std::max<std::int64_t>(grain, 1), 1, threads()));
  if (parts == 1) return body(std::int64_t{0}, n);
  run_parts(n, parts, {&body, [](const void* object, std::int64_t begin, std::int64_t end) {
                         (*static_cast<const Body*>(object))(begin, end);
                       }});
}

}  // namespace chronograd::detail
