#include "chronograd/data/pronunciation_score.h"

#include <cstddef>
#include <limits>

#include "chronograd/data/edit_distance.h"
#include "chronograd/graph/error.h"

namespace chronograd {
namespace {

double rate(std::int64_t errors, std::int64_t total) {
  if (total == 0) return std::numeric_limits<double>::quiet_NaN();
  return static_cast<double>(errors) / static_cast<double>(total);
}

}  // namespace

void PronunciationScore::add(const Pronunciation& predicted,
                             std::span<const Pronunciation> accepted) {
  if (accepted.empty()) {
    throw ValueError("score: a word without accepted pronunciations; there must be at least one");
  }
  std::size_t edits = std::numeric_limits<std::size_t>::max();
  std::size_t phones = 0;
  for (const Pronunciation& pronunciation : accepted) {
    const std::size_t distance = edit_distance(predicted, pronunciation);
    if (distance >= edits) continue;
    edits = distance;
    phones = pronunciation.size();
  }
  words_ += 1;
  wrong_words_ += edits > 0 ? 1 : 0;
  edits_ += static_cast<std::int64_t>(edits);
  phones_ += static_cast<std::int64_t>(phones);
}

double PronunciationScore::word_error_rate() const { return rate(wrong_words_, words_); }

double PronunciationScore::phone_error_rate() const { return rate(edits_, phones_); }

}  // namespace chronograd
