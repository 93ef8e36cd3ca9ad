#include "chronograd/graph/random.h"

#include <cmath>
#include <numbers>

namespace chronograd {
namespace {

std::uint64_t mix(std::uint64_t x) {  // splitmix64
  x += 0x9E3779B97F4A7C15u;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

}  // namespace

std::uint64_t Random::next_stream() { return mix(mix(seed_) ^ position_++); }

Random Random::split(std::uint64_t k) const {
  return Random{mix(mix(seed_ ^ 0x5851F42D4C957F2Du) ^ (position_ + 1)) + mix(k)};
}

std::array<std::uint32_t, 4> philox(std::uint64_t key, std::uint64_t counter_high,
                                    std::uint64_t counter_low) {
  constexpr std::uint64_t m0 = 0xD2511F53;
  constexpr std::uint64_t m1 = 0xCD9E8D57;
  const auto low = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
  const auto high = [](std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); };
  std::array<std::uint32_t, 4> c{low(counter_low), high(counter_low), low(counter_high),
                                 high(counter_high)};
  std::uint32_t k0 = low(key);
  std::uint32_t k1 = high(key);
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = m0 * c[0];
    const std::uint64_t p1 = m1 * c[2];
    c = {high(p1) ^ c[1] ^ k0, low(p1), high(p0) ^ c[3] ^ k1, low(p0)};
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
  return c;
}

std::uint32_t RandomStream::word() {
  if (used_ == words_.size()) {
    words_ = philox(key_, 0, block_++);
    used_ = 0;
  }
  return words_[used_++];
}

double RandomStream::uniform() {
  const std::uint64_t a = word() >> 5;
  const std::uint64_t b = word() >> 6;
  return static_cast<double>((a << 26) | b) * 0x1p-53;
}

double RandomStream::normal() {
  const double u = 1 - uniform();
  const double v = uniform();
  return std::sqrt(-2 * std::log(u)) * std::cos(2 * std::numbers::pi * v);
}

std::uint64_t RandomStream::below(std::uint64_t bound) {
  const std::uint64_t reject = (0 - bound) % bound;
  for (;;) {
    const std::uint64_t r = (std::uint64_t{word()} << 32) | word();
    if (r >= reject) return r % bound;
  }
}

}  // namespace chronograd
