#include "chronograd/graph/plan/arena.h"

#include <iterator>

namespace chronograd::plan {

std::int64_t Arena::take(std::int64_t bytes) {
  bytes = rounded(bytes);
  const auto found = by_size_.lower_bound({bytes, 0});
  if (found == by_size_.end()) {
    const std::int64_t offset = size_;
    size_ += bytes;
    return offset;
  }
  const auto [free, offset] = *found;
  by_size_.erase(found);
  by_offset_.erase(offset);
  if (free > bytes) {
    by_size_.emplace(free - bytes, offset + bytes);
    by_offset_.emplace(offset + bytes, free - bytes);
  }
  return offset;
}

void Arena::give(std::int64_t offset, std::int64_t bytes) {
  bytes = rounded(bytes);
  const auto next = by_offset_.lower_bound(offset);
  if (next != by_offset_.end() && next->first == offset + bytes) {
    bytes += next->second;
    by_size_.erase({next->second, next->first});
    by_offset_.erase(next);
  }
  const auto after = by_offset_.lower_bound(offset);
  if (after != by_offset_.begin()) {
    const auto before = std::prev(after);
    if (before->first + before->second == offset) {
      by_size_.erase({before->second, before->first});
      offset = before->first;
      bytes += before->second;
      by_offset_.erase(before);
    }
  }
  by_size_.emplace(bytes, offset);
  by_offset_.emplace(offset, bytes);
}

}  // namespace chronograd::plan
