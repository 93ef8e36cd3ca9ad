#pragma once

#include <array>
#include <cstdint>

namespace chronograd {

/// A source of random streams: a seed and how many streams were taken. Equal sources give equal
/// streams on every machine. To give each thread its own, use `split`.
class Random {
 public:
  /// Any seed; 0 is as good as others.
  explicit Random(std::uint64_t seed) : seed_(seed) {}
  /// As it was when `position` streams had been taken (from a checkpoint).
  Random(std::uint64_t seed, std::uint64_t position) : seed_(seed), position_(position) {}

  /// The key of the next stream, for `philox` or a RandomStream; moves the position by one.
  std::uint64_t next_stream();
  /// The k-th of independent sources; this one is not moved.
  Random split(std::uint64_t k) const;

  /// What makes an equal source: `Random{r.seed(), r.position()}` equals r.
  std::uint64_t seed() const { return seed_; }
  std::uint64_t position() const { return position_; }

 private:
  std::uint64_t seed_;
  std::uint64_t position_ = 0;
};

/// Philox4x32-10 (Salmon et al. 2011): four random words for a key and a counter, without state.
std::array<std::uint32_t, 4> philox(std::uint64_t key, std::uint64_t counter_high,
                                    std::uint64_t counter_low);

/// A stream of numbers for filling memory in order, for initialisers and data.
class RandomStream {
 public:
  /// Equal keys give equal streams; `Random::next_stream` makes keys.
  explicit RandomStream(std::uint64_t key) : key_(key) {}
  /// 32 random bits.
  std::uint32_t word();
  /// Uniform in [0, 1) with 53 random bits.
  double uniform();
  /// Normal, of mean 0 and variance 1 (Box and Muller 1958).
  double normal();
  /// Uniform among 0 .. bound-1, without bias. The bound must be above 0, which is not checked.
  std::uint64_t below(std::uint64_t bound);

 private:
  std::uint64_t key_;
  std::uint64_t block_ = 0;
  std::array<std::uint32_t, 4> words_{};
  unsigned used_ = 4;
};

}  // namespace chronograd
