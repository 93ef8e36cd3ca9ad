#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <utility>

namespace chronograd::plan {

/// Hands out offsets in one piece of memory and takes them back. Free parts that touch are merged;
/// the smallest one that is large enough is taken first.
class Arena {
 public:
  /// The offset of that many bytes, which nobody else has until they are given back.
  std::int64_t take(std::int64_t bytes);
  /// Gives back what `take` returned for that many bytes.
  void give(std::int64_t offset, std::int64_t bytes);
  /// How large the piece of memory must be for all that was taken so far.
  std::int64_t size() const { return size_; }

  /// How many bytes are reserved for so many. Large parts get a gap behind them: parts that lie a
  /// whole number of pages apart would compete for the same lines of the cache.
  static std::int64_t rounded(std::int64_t bytes) {
    constexpr std::int64_t page = 4096;
    constexpr std::int64_t line = 64;
    bytes = std::max(bytes, std::int64_t{1});
    return (bytes + line - 1) / line * line + (bytes >= page ? 9 * line : 0);
  }

 private:
  std::set<std::pair<std::int64_t, std::int64_t>> by_size_;  ///< free: bytes and offset
  std::map<std::int64_t, std::int64_t> by_offset_;           ///< free: offset -> bytes
  std::int64_t size_ = 0;
};

}  // namespace chronograd::plan
