#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chronograd::detail {

/// A text with its numbers kept apart, so that texts can be seen to differ in nothing else.
class Pattern {
 public:
  Pattern& operator<<(std::string_view text);
  Pattern& operator<<(const Pattern& other);
  Pattern& number(std::int64_t value);
  /// A number that is a part of a name: when it is to be an expression, it goes in braces.
  Pattern& index(std::int64_t value);
  /// The same for one that goes without saying when it is 1.
  Pattern& ordinal(std::int64_t value);
  /// What follows stands in the next column.
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

/// The patterns of consecutive time steps, as one in which every number is a multiple of the step
/// t plus a constant.
class Fold {
 public:
  Fold(Pattern first, std::int32_t step) : pattern_(std::move(first)), first_(step), last_(step) {}

  /// Takes the next step in when it follows the law of those before.
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

/// How many patterns from the first differ in nothing but numbers that stay or count up or down by
/// one: "%7.h@0, %7.h@1, %7.h@2" does.
std::size_t length_of_count(const std::vector<Pattern>& patterns, std::size_t first);

}  // namespace chronograd::detail
