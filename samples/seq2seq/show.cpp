#include "show.h"

#include <chronograd/data/characters.h>
#include <chronograd/graph/error.h>
#include <fmt/ostream.h>
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "picture.h"

namespace seq2seq {

using namespace chronograd;

namespace {

void warn_of_unknown_letters(const Speller& speller, const std::string& word) {
  std::set<std::string> unknown;
  for (const std::string& letter : characters(word)) {
    if (!speller.symbols().letters.contains(letter)) unknown.insert(letter);
  }
  if (unknown.empty()) return;
  spdlog::warn("show: '{}' in '{}' was never seen in training; the model guesses",
               fmt::join(unknown, "', '"), word);
}

/// "attention-word.svg"; a word's slashes must not lead to other folders.
std::string picture_name(std::string word) {
  std::replace(word.begin(), word.end(), '/', '_');
  return "attention-" + word + ".svg";
}

}  // namespace

void show(const Speller& speller, std::span<const std::string> words,
          const std::filesystem::path& folder, std::ostream& out) {
  for (const std::string& word : words) warn_of_unknown_letters(speller, word);
  const std::vector<Spoken> spoken = speller.speak(words);
  for (std::size_t k = 0; k < words.size(); ++k) {
    fmt::print(out, "{}  {}\n\n", words[k], fmt::join(spoken[k].phones, " "));
    draw_attention(out, words[k], spoken[k]);
    const std::filesystem::path file = folder / picture_name(words[k]);
    std::ofstream svg{file};
    write_attention_svg(svg, words[k], spoken[k]);
    if (!svg.flush()) throw FileError(file.string() + ": it cannot be written");
    fmt::print(out, "\nattention: {}\n\n", file.string());
  }
}

}  // namespace seq2seq
