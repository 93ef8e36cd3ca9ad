#pragma once

#include <cstddef>
#include <cstdint>
#include <map>

namespace chronograd::plan {

/// Offsets in one piece of memory for blocks that come and go.
class Arena {
 public:
  std::int64_t take(std::int64_t bytes);
  void give(std::int64_t offset, std::int64_t bytes);
  std::int64_t size() const { return size_; }

  static std::int64_t rounded(std::int64_t bytes) { return (bytes + 63) / 64 * 64; }

 private:
  std::multimap<std::int64_t, std::int64_t> by_size_;  ///< free: bytes -> offset
  std::map<std::int64_t, std::int64_t> by_offset_;     ///< free: offset -> bytes
  std::int64_t size_ = 0;

  void forget(std::int64_t offset, std::int64_t bytes);
};

}  // namespace chronograd::plan
