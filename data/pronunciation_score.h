#pragma once

#include <cstdint>
#include <span>

#include "chronograd/data/pronunciations.h"

namespace chronograd {

/// How well predicted pronunciations agree with a dictionary, as g2p results are published.
class PronunciationScore {
 public:
  /// Counts one word: its predicted pronunciation against all that are accepted.
  /// Throws ValueError when none is.
  void add(const Pronunciation& predicted, std::span<const Pronunciation> accepted);

  /// The share of words whose prediction is none of the accepted pronunciations.
  /// NaN before the first word.
  double word_error_rate() const;
  /// The edits from each prediction to the nearest accepted pronunciation (the first of equally
  /// near ones), summed over words, per phone of those pronunciations. NaN when these have none.
  double phone_error_rate() const;

  std::int64_t words() const { return words_; }
  std::int64_t wrong_words() const { return wrong_words_; }

 private:
  std::int64_t words_ = 0;
  std::int64_t wrong_words_ = 0;
  std::int64_t edits_ = 0;
  std::int64_t phones_ = 0;
};

}  // namespace chronograd
