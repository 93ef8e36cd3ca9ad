#include "chronograd/data/pronunciations.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <unordered_map>
#include <utility>

#include "chronograd/data/detail/line_reader.h"
#include "chronograd/data/detail/utf8.h"
#include "chronograd/graph/error.h"

namespace chronograd {
namespace {

constexpr std::string_view digits = "0123456789";

bool is_comment(std::string_view line) { return line.starts_with('#') || line.starts_with(";;;"); }

bool is_text(std::string_view line) {
  const auto control = [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
  };
  return std::ranges::none_of(line, control) && detail::is_utf8(line);
}

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

/// "read" for "read(2)".
std::string_view without_variant(std::string_view word) {
  if (!word.ends_with(')')) return word;
  const std::size_t open = word.rfind('(');
  if (open == std::string_view::npos || open == 0) return word;
  const std::string_view number = word.substr(open + 1, word.size() - open - 2);
  const bool variant =
      !number.empty() && number.find_first_not_of(digits) == std::string_view::npos;
  return variant ? word.substr(0, open) : word;
}

Pronunciation split_phones(std::string_view text, Stress stress) {
  Pronunciation phones;
  for (text = trim(text); !text.empty() && text.front() != '#'; text = trim(text)) {
    const std::string_view phone = text.substr(0, text.find_first_of(" \t"));
    phones.emplace_back(stress == Stress::strip ? without_stress(phone) : phone);
    text.remove_prefix(phone.size());
  }
  return phones;
}

struct Line {
  std::string_view word;
  Pronunciation phones;
};

Line parse(std::string_view line, Stress stress) {
  line = line.substr(0, line.find_last_not_of(" \t") + 1);
  const std::size_t tab = line.find('\t');
  if (tab != std::string_view::npos) {
    return {trim(line.substr(0, tab)), split_phones(line.substr(tab), stress)};
  }
  line = trim(line);
  const std::string_view word = line.substr(0, line.find(' '));
  return {without_variant(word), split_phones(line.substr(word.size()), stress)};
}

[[noreturn]] void refuse(const detail::LineReader& lines, std::string_view what) {
  throw FileError(fmt::format(
      "{}: {}; a line must be \"word PHONE PHONE\" or \"word<TAB>PHONE PHONE\" in UTF-8",
      lines.where(), what));
}

}  // namespace

std::string_view without_stress(std::string_view phone) {
  const std::size_t last = phone.find_last_not_of(digits);
  return last == std::string_view::npos ? phone : phone.substr(0, last + 1);
}

std::vector<PronouncedWord> read_pronunciations(const std::filesystem::path& path, Stress stress) {
  std::vector<PronouncedWord> words;
  std::unordered_map<std::string, std::size_t> place;
  detail::LineReader lines{path};
  for (std::string line; lines.next(line);) {
    if (is_comment(line)) continue;
    if (!is_text(line)) refuse(lines, "control characters or bytes that are not UTF-8");
    if (trim(line).empty()) continue;
    Line parsed = parse(line, stress);
    if (parsed.word.empty()) refuse(lines, "phones without a word");
    if (parsed.phones.empty()) {
      refuse(lines, fmt::format("the word \"{}\" without phones", parsed.word));
    }
    const auto [entry, fresh] = place.try_emplace(std::string(parsed.word), words.size());
    if (fresh) words.push_back({entry->first, {}});
    auto& pronunciations = words[entry->second].pronunciations;
    if (std::ranges::find(pronunciations, parsed.phones) == pronunciations.end()) {
      pronunciations.push_back(std::move(parsed.phones));
    }
  }
  return words;
}

}  // namespace chronograd
