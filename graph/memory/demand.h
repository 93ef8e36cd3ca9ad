#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace chronograd::detail {

/// How many bytes were in use at most lately, and so how many may be kept. Time is counted in bytes
/// that were taken: a peak counts for one to two periods of 16 times its bytes, which is longer
/// than most steps.
class Demand {
 public:
  /// Counts what was taken, with which that many bytes are in use. Whether a period is over, and
  /// fewer may be kept.
  bool count(std::size_t taken, std::size_t used) {
    now_ += taken;
    const bool over = now_ - period_began_ > 16 * std::max(peak_, peak_before_);
    if (over) {
      peak_before_ = peak_;
      peak_ = used;
      period_began_ = now_;
    }
    peak_ = std::max(peak_, used);
    return over;
  }
  std::uint64_t now() const { return now_; }
  /// The most bytes to have, idle ones among them, when so many are in use. Below 8 MB it is not
  /// worth the while to give anything back.
  std::size_t bound(std::size_t used) const {
    const std::size_t most = std::max({peak_, peak_before_, used});
    return std::max(most + most / 10, std::size_t{8} << 20);
  }

 private:
  std::uint64_t now_ = 0;
  std::uint64_t period_began_ = 0;
  std::size_t peak_ = 0;
  std::size_t peak_before_ = 0;
};

}  // namespace chronograd::detail
