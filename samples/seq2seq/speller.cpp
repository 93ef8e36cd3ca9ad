#include "speller.h"

#include <chronograd/chronograd.h>
#include <chronograd/data/batches.h>
#include <chronograd/io/checkpoint.h>
#include <chronograd/io/parameters.h>
#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <system_error>

namespace seq2seq {

using namespace chronograd;

namespace {

// What is said at once is bounded in words, and in letters with padding, so that memory is.
constexpr std::size_t words_at_once = 256;
constexpr std::size_t letters_at_once = 16384;
constexpr const char* file_name = "model.safetensors";

/// Where the answer to a word of so many letters is cut off, when the model finds no end. It does
/// not depend on the words beside it.
std::size_t most_phones(std::size_t letters) { return 2 * letters + 8; }

Options with_sizes(Options options, const Symbols& symbols) {
  options.source_symbols = symbols.letters.size();
  options.target_symbols = symbols.phones.size();
  return options;
}

}  // namespace

Speller::Speller(Random& random, const Options& options, Symbols symbols)
    : options_(with_sizes(options, symbols)),
      symbols_(std::move(symbols)),
      parameters_(random),
      model_(parameters_ / "model", options_) {}

std::filesystem::path Speller::file_in(const std::filesystem::path& folder) {
  return folder / file_name;
}

bool Speller::is_in(const std::filesystem::path& folder) {
  std::error_code failed;
  const auto type = std::filesystem::status(file_in(folder), failed).type();
  if (type == std::filesystem::file_type::none) {  // such as links that lead in a circle
    throw FileError(file_in(folder).string() + ": " + failed.message());
  }
  return type != std::filesystem::file_type::not_found;
}

MetadataReader Speller::read_metadata(const std::filesystem::path& folder) {
  if (!is_in(folder)) {
    throw FileError(file_in(folder).string() + ": there is no model yet; `seq2seq train --model " +
                    folder.string() + "` makes one");
  }
  return {file_in(folder), read_safetensors_metadata(file_in(folder))};
}

bool Speller::is_of_before(const MetadataReader& saved) { return !saved.has("steps"); }

Options Speller::saved_options(const std::filesystem::path& folder) {
  const MetadataReader saved = read_metadata(folder);
  Options options{
      .embedding = static_cast<std::int64_t>(saved.whole("embedding", 1, Options::largest)),
      .hidden = static_cast<std::int64_t>(saved.whole("hidden", 2, Options::largest)),
      .dropout = saved.number("dropout", 0, 0.99)};
  if (options.hidden % 2 != 0) saved.refuse("hidden", "it must be even");
  // Other sizes could ask for any memory before the weights are seen not to fit.
  const auto weights =
      static_cast<std::uint64_t>(options.hidden * (options.hidden + options.embedding));
  if (weights > std::filesystem::file_size(file_in(folder))) {
    saved.refuse("hidden", "the file has not as many weights");
  }
  return options;
}

Metadata Speller::metadata() const {
  return {{"letters", symbols_.letters.text()},
          {"phones", symbols_.phones.text()},
          {"embedding", std::to_string(options_.embedding)},
          {"hidden", std::to_string(options_.hidden)},
          {"dropout", fmt::format("{}", options_.dropout)}};
}

Speller Speller::load(const std::filesystem::path& folder) {
  const MetadataReader saved = read_metadata(folder);
  const std::filesystem::path file = file_in(folder);
  Random random{0};
  Speller speller{random, saved_options(folder), Symbols::from(saved)};
  if (is_of_before(saved)) {
    chronograd::load(speller.parameters_, file);
  } else {
    load_checkpoint(file, {{part, speller.parameters_}});
  }
  return speller;
}

std::int64_t Speller::weights() const {
  std::int64_t count = 0;
  for (const Parameter& p : parameters_.list()) count += p.shape().size();
  return count;
}

std::vector<Spoken> Speller::speak(std::span<const std::string> words, Attention attention) const {
  // Words of similar length together: little is padded.
  std::vector<std::size_t> order(words.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](auto a, auto b) { return words[a].size() < words[b].size(); });
  std::vector<Spoken> spoken(words.size());
  const auto fits = [&](std::size_t first, std::size_t k) {
    return k - first < words_at_once && (k - first + 1) * words[order[k]].size() <= letters_at_once;
  };
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first + 1;
    while (last < order.size() && fits(first, last)) ++last;
    std::vector<std::string> some;
    for (std::size_t k = first; k < last; ++k) some.push_back(words[order[k]]);
    std::vector<Spoken> answers = speak_batch(some, attention);
    for (std::size_t k = first; k < last; ++k) spoken[order[k]] = std::move(answers[k - first]);
    first = last;
  }
  return spoken;
}

std::vector<Spoken> Speller::speak_batch(std::span<const std::string> words,
                                         Attention attention) const {
  const Tape tape{Tape::forward_only};
  std::vector<std::vector<std::int64_t>> letters;
  for (const std::string& word : words) letters.push_back(symbols_.letters_of(word));
  const PaddedBatch source = pad(letters, Symbols::pad);
  auto [memory, state] = model_.encode(source.ids, source.lengths);

  std::vector<Spoken> spoken(words.size());
  std::vector<bool> ended(words.size());
  for (std::size_t b = 0; b < words.size(); ++b) ended[b] = words[b].empty();
  Tensor ids = full({static_cast<std::int64_t>(words.size())}, Symbols::start, DType::i64);
  while (std::find(ended.begin(), ended.end(), false) != ended.end()) {
    const Seq2Seq::Step step = model_.step(ids, state, memory);
    state = step.state;
    ids = argmax(step.logits, -1);
    evaluate(ids, step.weights);
    const auto chosen = ids.values<std::int64_t>();
    for (std::size_t b = 0; b < words.size(); ++b) {
      if (chosen[b] == Symbols::end) ended[b] = true;
      if (ended[b]) continue;
      spoken[b].phones.push_back(symbols_.phones.symbol(chosen[b]));
      if (attention == Attention::keep) {
        const auto weights = step.weights.values<float>();
        const std::size_t width = weights.size() / words.size();
        const auto row = weights.subspan(b * width, letters[b].size());
        spoken[b].attention.emplace_back(row.begin(), row.end());
      }
      ended[b] = spoken[b].phones.size() == most_phones(letters[b].size());
    }
  }
  return spoken;
}

PronunciationScore Speller::score(std::span<const PronouncedWord> words) const {
  std::vector<std::string> spellings;
  for (const PronouncedWord& word : words) spellings.push_back(word.word);
  const std::vector<Spoken> spoken = speak(spellings);
  PronunciationScore score;
  for (std::size_t k = 0; k < words.size(); ++k) {
    score.add(spoken[k].phones, words[k].pronunciations);
  }
  return score;
}

}  // namespace seq2seq
