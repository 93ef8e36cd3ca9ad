#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace chronograd {

/// How a vocabulary is built from examples.
struct VocabularyOptions {
  /// Symbols that take the first ids, in this order.
  std::vector<std::string> reserved = {};
  /// One of `reserved`, that stands for all unseen symbols; "" for none.
  std::string unknown = {};
  /// Rarer symbols are left out.
  std::int64_t min_count = 1;
};

/// A two-way table of symbols (words, characters, phones) and their ids 0, 1, 2, ….
class Vocabulary {
 public:
  Vocabulary() = default;

  /// The symbols in the order of their ids. `unknown`, when given, is one of them.
  /// Throws ValueError when a symbol comes twice or `unknown` is not among them.
  explicit Vocabulary(std::vector<std::string> symbols, std::string_view unknown = {});

  /// The reserved symbols, then the symbols of the sequences from frequent to rare; those that are
  /// equally frequent in the order of their bytes. The order of the sequences does not matter.
  static Vocabulary of(std::span<const std::vector<std::string>> sequences,
                       const VocabularyOptions& options = {});

  std::int64_t size() const { return static_cast<std::int64_t>(symbols_.size()); }
  bool contains(std::string_view symbol) const { return ids_.find(symbol) != ids_.end(); }

  /// The id of `symbol`, or of the unknown symbol when there is no such symbol.
  /// Throws ValueError when there is neither.
  std::int64_t id(std::string_view symbol) const;
  /// Throws IndexError when no symbol has this id.
  const std::string& symbol(std::int64_t id) const;

  std::vector<std::int64_t> encode(std::span<const std::string> symbols) const;
  std::vector<std::string> decode(std::span<const std::int64_t> ids) const;

  /// All symbols in the order of their ids: what the constructor takes.
  const std::vector<std::string>& symbols() const { return symbols_; }
  /// The symbol that stands for unseen ones; "" when there is none.
  std::string_view unknown() const;

  /// A text to keep in a file or in a model's metadata: one line for each symbol in the order of
  /// the ids. Within symbols, line ends, tabs and backslashes are written `\n`, `\r`, `\t`, `\\`; a
  /// tab and "unknown" follow the unknown symbol.
  std::string text() const;
  /// What `text` gave. Throws ValueError, naming the line, for anything else.
  static Vocabulary parse(std::string_view text);

  friend bool operator==(const Vocabulary& a, const Vocabulary& b) {
    return a.symbols_ == b.symbols_ && a.unknown_ == b.unknown_;
  }

 private:
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  std::vector<std::string> symbols_;
  std::unordered_map<std::string, std::int64_t, Hash, std::equal_to<>> ids_;
  std::int64_t unknown_ = -1;
};

}  // namespace chronograd
