#pragma once

#include <chronograd/data/pronunciation_score.h>
#include <chronograd/graph/parameter.h>
#include <chronograd/io/metadata_reader.h>

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "model.h"
#include "text.h"

namespace seq2seq {

/// What a model says of a word: its phones, and when asked for, where it looked for each, [phones,
/// letters].
struct Spoken {
  chronograd::Pronunciation phones;
  std::vector<std::vector<float>> attention;
};

enum class Attention { forget, keep };

/// A model with its weights and symbols: what is saved, loaded and asked.
class Speller {
 public:
  /// A new model, with weights that depend on `random`.
  Speller(chronograd::Random& random, const Options& options, Symbols symbols);
  /// The one in a folder. Throws FileError when there is none, or its file is not one.
  static Speller load(const std::filesystem::path& folder);
  static bool is_in(const std::filesystem::path& folder);
  /// The file that has the model, as a part of this name, and all that training keeps with it.
  static std::filesystem::path file_in(const std::filesystem::path& folder);
  static constexpr const char* part = "weights";
  /// The sizes of the model in a folder.
  static Options saved_options(const std::filesystem::path& folder);
  /// The texts of that file, of the training too.
  static chronograd::MetadataReader read_metadata(const std::filesystem::path& folder);

  /// Whether an earlier version saved it: the weights alone, and the state of training elsewhere.
  static bool is_of_before(const chronograd::MetadataReader& saved);

  /// The sizes and symbols, as texts to be saved beside the weights.
  chronograd::Metadata metadata() const;

  /// The likeliest phones of each word, symbol by symbol (greedy decoding); none of an empty one.
  std::vector<Spoken> speak(std::span<const std::string> words,
                            Attention attention = Attention::forget) const;
  chronograd::PronunciationScore score(std::span<const chronograd::PronouncedWord> words) const;

  const Seq2Seq& model() const { return model_; }
  const Symbols& symbols() const { return symbols_; }
  const chronograd::Parameters& parameters() const { return parameters_; }
  const Options& options() const { return options_; }
  /// How many numbers are learnt.
  std::int64_t weights() const;

 private:
  std::vector<Spoken> speak_batch(std::span<const std::string> words, Attention attention) const;

  Options options_;
  Symbols symbols_;
  chronograd::Parameters parameters_;
  Seq2Seq model_;
};

}  // namespace seq2seq
