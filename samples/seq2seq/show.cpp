#include "show.h"

#include <chronograd/data/characters.h>
#include <chronograd/graph/error.h>
#include <fmt/ostream.h>
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "picture.h"
#include "speller.h"
#include "streams.h"
#include "text.h"

namespace seq2seq {

namespace {

void check_words(const std::vector<std::string>& words) {
  for (std::size_t k = 0; k < words.size(); ++k) {
    const std::string complaint = words[k].empty() ? "it is empty" : why_no_word(words[k]);
    if (complaint.empty()) continue;
    throw chronograd::ValueError(fmt::format("show: word {}: {}", k + 1, complaint));
  }
}

void warn_of_unknown_letters(const Speller& speller, const std::string& word) {
  const std::set<std::string> unknown = speller.symbols().unknown_in(word);
  if (unknown.empty()) return;
  spdlog::warn("show: '{}' in '{}' was never seen in training; the model guesses",
               fmt::join(unknown, "', '"), word);
}

/// "attention-word.svg"; a word's slashes must not lead to other folders, and a long word is cut,
/// as names are limited.
std::string picture_name(const std::string& word) {
  constexpr std::size_t most_bytes = 200;
  std::string name = "attention-";
  for (const std::string& letter : chronograd::characters(word)) {
    if (name.size() < most_bytes) name += letter == "/" ? "_" : letter;
  }
  return name + ".svg";
}

}  // namespace

int run(const ShowCommand& command, std::ostream& out) {
  check_words(command.words);
  const Speller speller = Speller::load(command.folder);
  for (const std::string& word : command.words) warn_of_unknown_letters(speller, word);
  const std::vector<Spoken> spoken = speller.speak(command.words, Attention::keep);
  for (std::size_t k = 0; k < spoken.size(); ++k) {
    const std::string& word = command.words[k];
    fmt::print(out, "{}  {}\n\n", word, fmt::join(spoken[k].phones, " "));
    draw_attention(out, word, spoken[k]);
    const std::filesystem::path file = std::filesystem::path(command.folder) / picture_name(word);
    write_file(file, attention_svg(word, spoken[k]));
    fmt::print(out, "\nattention: {}\n\n", file.string());
  }
  return 0;
}

}  // namespace seq2seq
