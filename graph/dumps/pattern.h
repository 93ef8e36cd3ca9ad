#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chronograd::detail {

/// A text whose numbers are kept apart from it, so that one can see whether two texts differ in
/// their numbers only.
class Pattern {
 public:
  Pattern& operator<<(std::string_view text);
  Pattern& operator<<(const Pattern& other);
  Pattern& number(std::int64_t value);
  /// A number that is a part of a name. Where it becomes an expression of the time step, the
  /// expression is written in braces.
  Pattern& index(std::int64_t value);
  /// The same, but not written when it is 1.
  Pattern& ordinal(std::int64_t value);
  /// Begins the next column.
  Pattern& column();
  void end_line();

  bool same_text(const Pattern& other) const { return text_ == other.text_; }
  const std::vector<std::int64_t>& numbers() const { return numbers_; }
  const std::string& text() const { return text_; }

 private:
  Pattern& add(char mark, std::int64_t value);
  std::string text_;
  std::vector<std::int64_t> numbers_;
};

/// The patterns of consecutive time steps as one, in which each number is a multiple of the time
/// step t plus a constant.
class Fold {
 public:
  Fold(Pattern first, std::int32_t step) : pattern_(std::move(first)), first_(step), last_(step) {}

  /// Takes in the next time step if its numbers continue those before evenly; false if not.
  bool extend(const Pattern& next, std::int32_t step);
  int steps() const { return steps_; }
  /// "step 0", "steps t = 1..19", "steps t = 18..0"
  std::string title() const;
  /// The text with its numbers, as expressions of t where they differ, each line indented and in
  /// columns.
  void print(std::string& out, int indent) const;

 private:
  void append_number(std::string& line, char mark, std::size_t k) const;
  std::string expression(std::size_t k) const;

  Pattern pattern_;
  std::int32_t first_;
  std::int32_t last_;
  int steps_ = 1;
  std::vector<std::uint64_t> differences_;  ///< of a step to the one before, modulo 2^64
  std::vector<std::int64_t> newest_;
};

/// Tells whether patterns differ only in numbers that count up or down by one from each to the
/// next, as
/// "%7.h@0, %7.h@1, %7.h@2" do.
class CountingLaw {
 public:
  /// Whether `next` comes after `last` by the law of those before, if there are any.
  bool goes_on(const Pattern& last, const Pattern& next);

 private:
  std::vector<std::uint64_t> law_;
};

/// How many patterns stand for themselves, at least, before "a .. b" stands for them.
inline constexpr std::size_t shortest_count = 4;
/// How many patterns, from the first on, follow a counting law.
std::size_t length_of_count(const std::vector<Pattern>& patterns, std::size_t first);

/// Passes lines on; of many that only count up, the first, how many more there are, and the last.
class CountedLines {
 public:
  CountedLines(bool fold, std::function<void(const Pattern&)> out)
      : out_(std::move(out)), fold_(fold) {}

  void add(Pattern line);
  /// Passes on what is still held back.
  void finish();

 private:
  bool goes_on(const Pattern& line) { return fold_ && law_.goes_on(run_.back(), line); }

  std::function<void(const Pattern&)> out_;
  bool fold_;
  CountingLaw law_;
  std::vector<Pattern> run_;  ///< lines that count up: the first ones, and the last
  std::size_t count_ = 0;     ///< of the lines in the run
};

}  // namespace chronograd::detail
