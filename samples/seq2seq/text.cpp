#include "text.h"

#include <chronograd/data/batches.h>
#include <chronograd/data/characters.h>

namespace seq2seq {

using namespace chronograd;

Symbols Symbols::of(std::span<const PronouncedWord> words) {
  std::vector<std::vector<std::string>> spellings;
  std::vector<std::vector<std::string>> pronunciations;
  for (const PronouncedWord& word : words) {
    spellings.push_back(characters(word.word));
    for (const Pronunciation& p : word.pronunciations) pronunciations.push_back(p);
  }
  return {.letters = Vocabulary::of(
              spellings, {.reserved = {"<pad>", "<unknown>", "<end>"}, .unknown = "<unknown>"}),
          .phones = Vocabulary::of(pronunciations, {.reserved = {"<pad>", "<start>", "<end>"}})};
}

std::vector<std::int64_t> Symbols::letters_of(const std::string& word) const {
  std::vector<std::int64_t> ids = letters.encode(characters(word));
  ids.push_back(end);
  return ids;
}

std::vector<Example> examples_of(std::span<const PronouncedWord> words, const Symbols& symbols) {
  std::vector<Example> examples;
  for (const PronouncedWord& word : words) {
    const std::vector<std::int64_t> letters = symbols.letters_of(word.word);
    for (const Pronunciation& p : word.pronunciations) {
      examples.push_back({letters, symbols.phones.encode(p)});
    }
  }
  return examples;
}

Batch batch_of(std::span<const Example> examples, std::span<const std::size_t> chosen) {
  std::vector<std::vector<std::int64_t>> source;
  std::vector<std::vector<std::int64_t>> given;
  std::vector<std::vector<std::int64_t>> wanted;
  for (const std::size_t k : chosen) {
    source.push_back(examples[k].letters);
    given.push_back(examples[k].phones);
    given.back().insert(given.back().begin(), Symbols::start);
    wanted.push_back(examples[k].phones);
    wanted.back().push_back(Symbols::end);
  }
  PaddedBatch sources = pad(source, Symbols::pad);
  PaddedBatch targets = pad(wanted, Symbols::pad);
  return {.source = sources.ids,
          .source_lengths = sources.lengths,
          .given = pad(given, Symbols::pad).ids,
          .wanted = targets.ids,
          .target_lengths = targets.lengths};
}

}  // namespace seq2seq
