#pragma once

#include <chronograd/data/pronunciations.h>
#include <chronograd/data/vocabulary.h>
#include <chronograd/io/metadata_reader.h>

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "model.h"

namespace seq2seq {

/// The symbols a model knows: letters it reads, phones it writes.
struct Symbols {
  static constexpr std::int64_t pad = 0;
  static constexpr std::int64_t start = 1;  ///< of a target; among letters: a letter never seen
  static constexpr std::int64_t end = 2;

  chronograd::Vocabulary letters;
  chronograd::Vocabulary phones;

  static Symbols of(std::span<const chronograd::PronouncedWord> words);
  /// Those that were saved. Throws FileError when there are none, or others than `of` gives.
  static Symbols from(const chronograd::MetadataReader& saved);

  std::vector<std::int64_t> letters_of(const std::string& word) const;
  /// The letters of a word that were never seen in training.
  std::set<std::string> unknown_in(const std::string& word) const;
};

/// Why a text cannot be a word: a control character, or bytes that are not UTF-8. Empty when it
/// can.
std::string why_no_word(const std::string& text);

/// A word and one of its pronunciations, as ids.
struct Example {
  std::vector<std::int64_t> letters;
  std::vector<std::int64_t> phones;
};

/// One example for each pronunciation of each word.
std::vector<Example> examples_of(std::span<const chronograd::PronouncedWord> words,
                                 const Symbols& symbols);

Batch batch_of(std::span<const Example> examples, std::span<const std::size_t> chosen);

}  // namespace seq2seq
