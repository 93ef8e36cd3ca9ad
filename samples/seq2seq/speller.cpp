#include "speller.h"

#include <chronograd/chronograd.h>
#include <chronograd/data/batches.h>
#include <chronograd/io/parameters.h>
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace seq2seq {

using namespace chronograd;

namespace {

constexpr std::size_t words_at_once = 256;
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

bool Speller::is_in(const std::filesystem::path& folder) {
  return std::filesystem::exists(folder / file_name);
}

void Speller::save(const std::filesystem::path& folder) const {
  std::filesystem::create_directories(folder);
  chronograd::save(parameters_, folder / file_name,
                   {{"letters", symbols_.letters.text()},
                    {"phones", symbols_.phones.text()},
                    {"embedding", std::to_string(options_.embedding)},
                    {"hidden", std::to_string(options_.hidden)},
                    {"dropout", fmt::format("{}", options_.dropout)}});
}

Speller Speller::load(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / file_name;
  if (!is_in(folder)) {
    throw FileError(file.string() + ": there is no model yet; `seq2seq train --model " +
                    folder.string() + "` makes one");
  }
  const Metadata saved = read_safetensors_metadata(file);
  const auto text = [&](const char* key) {
    const auto it = saved.find(key);
    if (it == saved.end()) {
      throw FileError(file.string() + ": it has no '" + key +
                      "'; it is not a model of this sample");
    }
    return it->second;
  };
  Random random{0};
  Speller speller{
      random,
      {.embedding = std::stoll(text("embedding")),
       .hidden = std::stoll(text("hidden")),
       .dropout = std::stod(text("dropout"))},
      {.letters = Vocabulary::parse(text("letters")), .phones = Vocabulary::parse(text("phones"))}};
  chronograd::load(speller.parameters_, file);
  return speller;
}

std::int64_t Speller::weights() const {
  std::int64_t count = 0;
  for (const Parameter& p : parameters_.list()) count += p.shape().size();
  return count;
}

std::vector<Spoken> Speller::speak(std::span<const std::string> words) const {
  // Words of similar length together: little is padded.
  std::vector<std::size_t> order(words.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](auto a, auto b) { return words[a].size() < words[b].size(); });
  std::vector<Spoken> spoken(words.size());
  for (std::size_t first = 0; first < order.size(); first += words_at_once) {
    const std::size_t last = std::min(first + words_at_once, order.size());
    std::vector<std::string> some;
    for (std::size_t k = first; k < last; ++k) some.push_back(words[order[k]]);
    std::vector<Spoken> answers = speak_batch(some);
    for (std::size_t k = first; k < last; ++k) spoken[order[k]] = std::move(answers[k - first]);
  }
  return spoken;
}

std::vector<Spoken> Speller::speak_batch(std::span<const std::string> words) const {
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
    const auto weights = step.weights.values<float>();
    const std::size_t width = weights.size() / words.size();
    for (std::size_t b = 0; b < words.size(); ++b) {
      if (chosen[b] == Symbols::end) ended[b] = true;
      if (ended[b]) continue;
      spoken[b].phones.push_back(symbols_.phones.symbol(chosen[b]));
      const auto row = weights.subspan(b * width, letters[b].size());
      spoken[b].attention.emplace_back(row.begin(), row.end());
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
