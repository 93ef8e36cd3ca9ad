#include "score.h"

#include <chronograd/graph/error.h>
#include <fmt/ostream.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace seq2seq {

using namespace chronograd;

std::vector<PronouncedWord> read_dictionary(const std::string& file) {
  std::vector<PronouncedWord> words = read_pronunciations(file, Stress::strip);
  if (words.empty()) throw FileError(file + ": it has no words");
  return words;
}

void show_score(const Speller& speller, std::span<const PronouncedWord> dev, std::ostream& out) {
  if (dev.empty()) {
    fmt::print(out, "dev: no words are left to try; give some with --dev\n");
    return;
  }
  const PronunciationScore score = speller.score(dev);
  fmt::print(out, "dev ({} words): word error rate {:.2f} %, phone error rate {:.2f} %\n",
             score.words(), 100 * score.word_error_rate(), 100 * score.phone_error_rate());
  const std::size_t count = std::min<std::size_t>(8, dev.size());
  std::vector<std::string> words;
  for (std::size_t k = 0; k < count; ++k) words.push_back(dev[k * dev.size() / count].word);
  const std::vector<Spoken> spoken = speller.speak(words);
  fmt::print(out, "\n{:<16}{:<32}{}\n", "word", "said", "dictionary");
  for (std::size_t k = 0; k < count; ++k) {
    const PronouncedWord& word = dev[k * dev.size() / count];
    fmt::print(out, "{:<16}{:<32}{}\n", word.word,
               fmt::format("{}", fmt::join(spoken[k].phones, " ")),
               fmt::join(word.pronunciations[0], " "));
  }
}

int run(const ScoreCommand& command, std::ostream& out) {
  const Speller speller = Speller::load(command.folder);
  const PronunciationScore score = speller.score(read_dictionary(command.dev));
  fmt::print(out, "words {}  WER {:.2f} %  PER {:.2f} %\n", score.words(),
             100 * score.word_error_rate(), 100 * score.phone_error_rate());
  return 0;
}

}  // namespace seq2seq
