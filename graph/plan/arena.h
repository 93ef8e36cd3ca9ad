#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <utility>

namespace chronograd::plan {

/// Offsets in one piece of memory for blocks that come and go.
class Arena {
 public:
  std::int64_t take(std::int64_t bytes);
  void give(std::int64_t offset, std::int64_t bytes);
  std::int64_t size() const { return size_; }

  /// Large blocks get a gap: a whole number of pages apart they would compete for the same lines of
  /// the cache.
  static std::int64_t rounded(std::int64_t bytes) {
    constexpr std::int64_t page = 4096;
    constexpr std::int64_t line = 64;
    return (bytes + line - 1) / line * line + (bytes >= page ? 9 * line : 0);
  }

 private:
  std::set<std::pair<std::int64_t, std::int64_t>> by_size_;  ///< free: bytes and offset
  std::map<std::int64_t, std::int64_t> by_offset_;           ///< free: offset -> bytes
  std::int64_t size_ = 0;
};

}  // namespace chronograd::plan
