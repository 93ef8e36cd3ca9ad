#pragma once

#include <chronograd/data/pronunciations.h>

#include <cstdint>
#include <span>

namespace seq2seq {

/// Tells whether training goes on with the words it began with: how many there are, and a hash of
/// them and their pronunciations in order.
struct Fingerprint {
  std::uint64_t words = 0;
  std::uint64_t hash = 0;

  static Fingerprint of(std::span<const chronograd::PronouncedWord> words);
  friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
};

}  // namespace seq2seq
