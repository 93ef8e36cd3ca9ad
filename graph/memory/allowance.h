#pragma once

#include <cstddef>
#include <cstdint>
#include <list>

namespace chronograd::detail {

/// How much memory may be spent on remembering what was made, which saves making it again if it is
/// met again. Little at first, beside the numbers the process works on: of steps of random lengths
/// hardly one is met again in time. What is forgotten for want of room is noted by a hash, as long
/// as it would still be there if the most were remembered. While most of what has to be made is
/// among that, more may be remembered.
class Allowance {
 public:
  struct Bounds {
    std::size_t least_bytes;  ///< may be remembered in any case
    std::size_t most_bytes;
    std::size_t most_things;  ///< can be remembered at once
  };
  explicit Allowance(Bounds bounds) : bounds_(bounds), more_(bounds.most_bytes / 4) {}

  std::size_t bytes() const;
  /// Notes that something was forgotten.
  void forgot(std::uint64_t hash, std::size_t bytes) noexcept;
  /// Notes that something was made, since it was not remembered.
  void made(std::uint64_t hash, std::size_t bytes);

 private:
  struct Forgotten {
    std::uint64_t hash;
    std::size_t bytes;
  };

  Bounds bounds_;
  /// The latest last. An empty list has no memory of its own, so that making one cannot fail where
  /// nothing may fail: where a thread begins to remember.
  std::list<Forgotten> forgotten_;
  std::size_t forgotten_bytes_ = 0;
  std::size_t more_;  ///< bytes that are worth while; some are given on trust at first
};

}  // namespace chronograd::detail
