#include "chronograd/data/vocabulary.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <utility>

#include "chronograd/graph/error.h"

namespace chronograd {
namespace {

// Symbols hold no raw tab in the text, so this cannot be part of one.
constexpr std::string_view unknown_mark = "\tunknown";

constexpr std::string_view special = "\\\n\r\t";
constexpr std::string_view letters = "\\nrt";

std::string escaped(std::string_view symbol) {
  std::string text;
  for (const char c : symbol) {
    const std::size_t kind = special.find(c);
    if (kind == std::string_view::npos) {
      text += c;
    } else {
      text += {'\\', letters[kind]};
    }
  }
  return text;
}

[[noreturn]] void refuse_line(std::size_t line, std::string_view what) {
  throw ValueError(fmt::format("vocabulary: line {} {}", line, what));
}

std::string unescaped(std::string_view text, std::size_t line) {
  std::string symbol;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\t') refuse_line(line, "has a tab; only \"unknown\" may follow one");
    if (text[i] != '\\') {
      symbol += text[i];
      continue;
    }
    const std::size_t kind = ++i < text.size() ? letters.find(text[i]) : std::string_view::npos;
    if (kind == std::string_view::npos) {
      refuse_line(line, "has a lone backslash; it must be followed by n, r, t or a backslash");
    }
    symbol += special[kind];
  }
  return symbol;
}

}  // namespace

Vocabulary::Vocabulary(std::vector<std::string> symbols, std::string_view unknown)
    : symbols_(std::move(symbols)) {
  for (const std::string& symbol : symbols_) {
    if (!ids_.try_emplace(symbol, static_cast<std::int64_t>(ids_.size())).second) {
      throw ValueError(
          fmt::format("vocabulary: the symbol \"{}\" comes twice; each has one id", symbol));
    }
  }
  if (unknown.empty()) return;
  if (!contains(unknown)) {
    throw ValueError(fmt::format(
        "vocabulary: the unknown symbol \"{}\"; it must be one of the symbols", unknown));
  }
  unknown_ = id(unknown);
}

Vocabulary Vocabulary::of(std::span<const std::vector<std::string>> sequences,
                          const VocabularyOptions& options) {
  std::map<std::string_view, std::int64_t> counts;
  for (const auto& sequence : sequences) {
    for (const std::string& symbol : sequence) ++counts[symbol];
  }
  for (const std::string& symbol : options.reserved) counts.erase(symbol);
  std::erase_if(counts, [&](const auto& count) { return count.second < options.min_count; });

  std::vector<std::pair<std::string_view, std::int64_t>> order(counts.begin(), counts.end());
  std::ranges::stable_sort(order, std::greater{}, [](const auto& count) { return count.second; });
  std::vector<std::string> symbols = options.reserved;
  for (const auto& [symbol, count] : order) symbols.emplace_back(symbol);
  if (!options.unknown.empty() &&
      std::ranges::find(options.reserved, options.unknown) == options.reserved.end()) {
    throw ValueError(fmt::format(
        "vocabulary: the unknown symbol \"{}\"; it must be one of the reserved", options.unknown));
  }
  return Vocabulary{std::move(symbols), options.unknown};
}

std::int64_t Vocabulary::id(std::string_view symbol) const {
  if (const auto found = ids_.find(symbol); found != ids_.end()) return found->second;
  if (unknown_ < 0) {
    throw ValueError(fmt::format(
        "vocabulary: \"{}\" is none of its {} symbols, and none of them stands for the unknown",
        symbol, size()));
  }
  return unknown_;
}

const std::string& Vocabulary::symbol(std::int64_t id) const {
  if (id < 0 || id >= size()) {
    throw IndexError(fmt::format("vocabulary: the id {}; there are {} symbols", id, size()));
  }
  return symbols_[static_cast<std::size_t>(id)];
}

std::vector<std::int64_t> Vocabulary::encode(std::span<const std::string> symbols) const {
  std::vector<std::int64_t> ids(symbols.size());
  std::ranges::transform(symbols, ids.begin(), [&](const std::string& s) { return id(s); });
  return ids;
}

std::vector<std::string> Vocabulary::decode(std::span<const std::int64_t> ids) const {
  std::vector<std::string> symbols(ids.size());
  std::ranges::transform(ids, symbols.begin(), [&](std::int64_t id) { return symbol(id); });
  return symbols;
}

std::string_view Vocabulary::unknown() const {
  return unknown_ < 0 ? std::string_view{} : symbol(unknown_);
}

std::string Vocabulary::text() const {
  std::string text;
  for (std::int64_t id = 0; id < size(); ++id) {
    text += escaped(symbol(id));
    if (id == unknown_) text += unknown_mark;
    text += '\n';
  }
  return text;
}

Vocabulary Vocabulary::parse(std::string_view text) {
  std::vector<std::string> symbols;
  std::string unknown;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::size_t number = symbols.size() + 1;
    if (end == std::string_view::npos) refuse_line(number, "has no end; was the text cut off?");
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    const bool marked = line.ends_with(unknown_mark);
    if (marked) line.remove_suffix(unknown_mark.size());
    symbols.push_back(unescaped(line, number));
    if (!marked) continue;
    if (!unknown.empty()) refuse_line(number, "is marked unknown; only one may be");
    if (line.empty()) refuse_line(number, "is empty and marked unknown; it must have a symbol");
    unknown = symbols.back();
  }
  return Vocabulary{std::move(symbols), unknown};
}

}  // namespace chronograd
