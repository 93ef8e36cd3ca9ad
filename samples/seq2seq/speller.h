#pragma once

#include <chronograd/data/pronunciation_score.h>
#include <chronograd/graph/parameter.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model.h"
#include "text.h"

namespace seq2seq {

/// What a model says of a word: its phones, and where it looked for each, [phones, letters].
struct Spoken {
  chronograd::Pronunciation phones;
  std::vector<std::vector<float>> attention;
};

/// A model with its weights and symbols: what is saved, loaded and asked.
class Speller {
 public:
  /// A new model, with weights that depend on `random`.
  Speller(chronograd::Random& random, const Options& options, Symbols symbols);
  /// The one in a folder. Throws FileError when there is none.
  static Speller load(const std::filesystem::path& folder);
  static bool is_in(const std::filesystem::path& folder);

  void save(const std::filesystem::path& folder) const;

  /// The likeliest phones of each word, symbol by symbol (greedy decoding); none of an empty one.
  std::vector<Spoken> speak(std::span<const std::string> words) const;
  chronograd::PronunciationScore score(std::span<const chronograd::PronouncedWord> words) const;

  const Seq2Seq& model() const { return model_; }
  const Symbols& symbols() const { return symbols_; }
  const chronograd::Parameters& parameters() const { return parameters_; }
  const Options& options() const { return options_; }
  /// How many numbers are learnt.
  std::int64_t weights() const;

 private:
  std::vector<Spoken> speak_batch(std::span<const std::string> words) const;

  Options options_;
  Symbols symbols_;
  chronograd::Parameters parameters_;
  Seq2Seq model_;
};

}  // namespace seq2seq
