#include "chronograd/graph/memory/allowance.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "chronograd/graph/buffer.h"

namespace chronograd::detail {
namespace {

constexpr std::size_t mb = std::size_t{1} << 20;

// Things of 1 MB each. Those that are remembered longest go first.
class Memory {
 public:
  explicit Memory(std::size_t most_things)
      : allowance_({.least_bytes = mb, .most_bytes = 16 * mb, .most_things = most_things}) {
    trim_memory();
  }

  /// Makes the things from `first` to `last` unless they are remembered. Returns how many it made.
  int need(std::uint64_t first, std::uint64_t last) {
    int made = 0;
    for (std::uint64_t thing = first; thing < last; ++thing) {
      const auto known = std::find(remembered_.begin(), remembered_.end(), thing);
      if (known != remembered_.end()) {
        remembered_.erase(known);
      } else {
        allowance_.made(thing, mb);
        ++made;
      }
      remembered_.push_back(thing);
      while (remembered_.size() * mb > allowance_.bytes()) {
        allowance_.forgot(remembered_.front(), mb);
        remembered_.erase(remembered_.begin());
      }
    }
    return made;
  }
  std::size_t bytes() const { return remembered_.size() * mb; }

 private:
  Allowance allowance_;
  std::vector<std::uint64_t> remembered_;
};

TEST_CASE("of things that never come again few are remembered") {
  Memory memory{100};
  CHECK(memory.need(0, 100) == 100);
  CHECK(memory.bytes() <= 2 * mb);
}

TEST_CASE("things that come again and again are all remembered the third time") {
  Memory memory{100};
  CHECK(memory.need(0, 12) == 12);
  CHECK(memory.need(0, 12) == 11);
  CHECK(memory.need(0, 12) == 0);
  CHECK(memory.bytes() == 12 * mb);
}

TEST_CASE("what proved to be worth while is given up when other things come") {
  Memory memory{100};
  for (int pass = 0; pass < 3; ++pass) memory.need(0, 12);
  memory.need(1000, 1020);
  CHECK(memory.bytes() <= 2 * mb);
}

TEST_CASE("the bounds of bytes and of things hold, and nothing grows for what is beyond them") {
  Memory many{100};
  for (int pass = 0; pass < 5; ++pass) CHECK(many.need(0, 40) == 40);
  CHECK(many.bytes() <= 2 * mb);
  Memory few{8};
  for (int pass = 0; pass < 5; ++pass) CHECK(few.need(0, 12) == 12);
  CHECK(few.bytes() <= 2 * mb);
}

}  // namespace
}  // namespace chronograd::detail
