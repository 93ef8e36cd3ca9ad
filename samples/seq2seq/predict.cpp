#include "predict.h"

#include <chronograd/data/characters.h>
#include <chronograd/graph/error.h>
#include <fmt/ostream.h>
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include <string>
#include <vector>

namespace seq2seq {

using namespace chronograd;

namespace {

constexpr std::size_t lines_at_once = 4096;

/// What to say of a line: nothing when it is not UTF-8, which is reported.
std::string word_of(const std::string& line, std::size_t number) {
  try {
    characters(line);
    return line;
  } catch (const ValueError& e) {
    spdlog::error("predict: line {}: {}", number, e.what());
    return {};
  }
}

}  // namespace

bool predict(const Speller& speller, std::istream& in, std::ostream& out) {
  std::vector<std::string> lines;
  std::vector<std::string> words;
  const auto answer = [&] {
    const std::vector<Spoken> spoken = speller.speak(words);
    for (std::size_t k = 0; k < lines.size(); ++k) {
      fmt::print(out, "{}\t{}\n", lines[k], fmt::join(spoken[k].phones, " "));
    }
    if (!out.flush()) throw FileError("predict: the output cannot be written");
    lines.clear();
    words.clear();
  };
  bool all_read = true;
  std::size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    lines.push_back(line);
    words.push_back(word_of(line, ++number));
    all_read = all_read && words.back() == line;
    if (lines.size() == lines_at_once) answer();
  }
  answer();
  return all_read;
}

}  // namespace seq2seq
