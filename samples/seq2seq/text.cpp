#include "text.h"

#include <chronograd/data/batches.h>
#include <chronograd/data/characters.h>
#include <chronograd/graph/error.h>
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace seq2seq {

using namespace chronograd;

namespace {

// The first ids are those that Symbols names.
const std::vector<std::string> reserved_letters = {"<pad>", "<unknown>", "<end>"};
const std::vector<std::string> reserved_phones = {"<pad>", "<start>", "<end>"};
constexpr std::string_view unknown = "<unknown>";

Vocabulary vocabulary_from(const MetadataReader& saved, const std::string& key,
                           const std::vector<std::string>& reserved) {
  try {
    Vocabulary vocabulary = Vocabulary::parse(saved.text(key));
    const std::vector<std::string>& symbols = vocabulary.symbols();
    if (symbols.size() >= reserved.size() &&
        std::equal(reserved.begin(), reserved.end(), symbols.begin())) {
      return vocabulary;
    }
  } catch (const ValueError& e) {
    saved.refuse(key, e.what());
  }
  saved.refuse(key, "it must begin with <pad> and the other reserved symbols");
}

}  // namespace

Symbols Symbols::of(std::span<const PronouncedWord> words) {
  std::vector<std::vector<std::string>> spellings;
  std::vector<std::vector<std::string>> pronunciations;
  for (const PronouncedWord& word : words) {
    spellings.push_back(characters(word.word));
    for (const Pronunciation& p : word.pronunciations) pronunciations.push_back(p);
  }
  return {.letters = Vocabulary::of(
              spellings, {.reserved = reserved_letters, .unknown = std::string(unknown)}),
          .phones = Vocabulary::of(pronunciations, {.reserved = reserved_phones})};
}

Symbols Symbols::from(const MetadataReader& saved) {
  Symbols symbols{.letters = vocabulary_from(saved, "letters", reserved_letters),
                  .phones = vocabulary_from(saved, "phones", reserved_phones)};
  if (symbols.letters.unknown() != unknown)
    saved.refuse("letters", "one symbol must stand for the unknown");
  return symbols;
}

std::vector<std::int64_t> Symbols::letters_of(const std::string& word) const {
  std::vector<std::int64_t> ids = letters.encode(characters(word));
  ids.push_back(end);
  return ids;
}

std::set<std::string> Symbols::unknown_in(const std::string& word) const {
  std::set<std::string> never_seen;
  for (const std::string& letter : characters(word)) {
    if (!letters.contains(letter)) never_seen.insert(letter);
  }
  return never_seen;
}

std::string why_no_word(const std::string& text) {
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7F; };
  const auto control = std::ranges::find_if(text, is_control);
  if (control != text.end()) {
    return fmt::format("the control character 0x{:02X} at {}; a word has none",
                       static_cast<unsigned char>(*control), control - text.begin());
  }
  try {
    characters(text);
  } catch (const ValueError& e) {
    return e.what();
  }
  return "";
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
