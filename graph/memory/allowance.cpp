#include "chronograd/graph/memory/allowance.h"

#include <algorithm>
#include <new>

#include "chronograd/graph/memory/pool.h"

namespace chronograd::detail {
namespace {

// By how many times the bytes of one thing the allowance grows or shrinks. When all is met again
// and again, all is remembered the third time.
constexpr std::size_t pace = 4;

}  // namespace

std::size_t Allowance::bytes() const {
  const Pool::Bytes numbers = Pool::instance().bytes();
  const std::size_t least = std::max(bounds_.least_bytes, (numbers.used + numbers.idle) / 64);
  return std::min(least + more_, bounds_.most_bytes);
}

void Allowance::forgot(std::uint64_t hash, std::size_t bytes) noexcept try {
  forgotten_.push_back({hash, bytes});
  forgotten_bytes_ += bytes;
  while (forgotten_bytes_ > bounds_.most_bytes || forgotten_.size() > bounds_.most_things) {
    forgotten_bytes_ -= forgotten_.front().bytes;
    forgotten_.pop_front();
  }
} catch (const std::bad_alloc&) {  // it counts as if it had never been made
}

void Allowance::made(std::uint64_t hash, std::size_t bytes) {
  const auto again = std::ranges::find(forgotten_, hash, &Forgotten::hash);
  if (again == forgotten_.end()) {
    more_ -= std::min(more_, pace * bytes);
    return;
  }
  more_ = std::min(more_ + pace * bytes, bounds_.most_bytes);
  forgotten_bytes_ -= again->bytes;
  forgotten_.erase(again);
}

}  // namespace chronograd::detail
