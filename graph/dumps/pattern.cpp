#include "chronograd/graph/dumps/pattern.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace chronograd::detail {
namespace {

// Marks in the text; `operator<<` keeps them out of what is written.
constexpr char number_mark = '\x01';
constexpr char index_mark = '\x02';
constexpr char ordinal_mark = '\x03';
constexpr char column_mark = '\t';
constexpr char end_mark = '\n';

constexpr std::array<std::size_t, 2> columns{56, 76};

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; }

std::uint64_t wide(std::int64_t value) { return static_cast<std::uint64_t>(value); }

// Numbers may be as large as they get; differences wrap.
std::vector<std::uint64_t> differences(const std::vector<std::int64_t>& a,
                                       const std::vector<std::int64_t>& b) {
  std::vector<std::uint64_t> result(a.size());
  for (std::size_t k = 0; k < a.size(); ++k) result[k] = wide(b[k]) - wide(a[k]);
  return result;
}

}  // namespace

Pattern& Pattern::operator<<(std::string_view text) {
  for (const char c : text) text_ += is_control(c) ? '?' : c;
  return *this;
}

Pattern& Pattern::operator<<(const Pattern& other) {
  text_ += other.text_;
  numbers_.insert(numbers_.end(), other.numbers_.begin(), other.numbers_.end());
  return *this;
}

Pattern& Pattern::add(char mark, std::int64_t value) {
  text_ += mark;
  numbers_.push_back(value);
  return *this;
}

Pattern& Pattern::number(std::int64_t value) { return add(number_mark, value); }
Pattern& Pattern::index(std::int64_t value) { return add(index_mark, value); }
Pattern& Pattern::ordinal(std::int64_t value) { return add(ordinal_mark, value); }

Pattern& Pattern::column() {
  text_ += column_mark;
  return *this;
}

void Pattern::end_line() { text_ += end_mark; }

bool Fold::extend(const Pattern& next, std::int32_t step) {
  const std::int32_t stride = step - last_;
  if (!pattern_.same_text(next) || (stride != 1 && stride != -1)) return false;
  const bool second = steps_ == 1;
  const auto moved = differences(second ? pattern_.numbers() : newest_, next.numbers());
  if (!second && (moved != differences_ || (stride > 0) != (last_ > first_))) return false;
  differences_ = moved;
  newest_ = next.numbers();
  last_ = step;
  ++steps_;
  return true;
}

std::string Fold::title() const {
  if (steps_ == 1) return "step " + std::to_string(first_);
  return "steps t = " + std::to_string(first_) + ".." + std::to_string(last_);
}

void Fold::append_number(std::string& line, char mark, std::size_t k) const {
  const std::int64_t value = pattern_.numbers()[k];
  if (steps_ > 1 && differences_[k] != 0) {
    line += mark == number_mark ? expression(k) : "{" + expression(k) + "}";
  } else if (mark != ordinal_mark || value != 1) {
    line += std::to_string(value);
  }
}

// As "t+1", "8t", "19-t".
std::string Fold::expression(std::size_t k) const {
  const std::uint64_t slope = last_ > first_ ? differences_[k] : 0 - differences_[k];
  const auto factor = static_cast<std::int64_t>(slope);
  const auto constant =
      static_cast<std::int64_t>(wide(pattern_.numbers()[k]) - slope * wide(first_));
  if (factor == -1 && constant > 0) return std::to_string(constant) + "-t";
  std::string text = factor == 1 ? "t" : factor == -1 ? "-t" : std::to_string(factor) + "t";
  if (constant != 0) text += (constant > 0 ? "+" : "") + std::to_string(constant);
  return text;
}

void Fold::print(std::string& out, int indent) const {
  std::string line(static_cast<std::size_t>(indent), ' ');
  std::size_t number = 0;
  std::size_t column = 0;
  for (const char c : pattern_.text()) {
    switch (c) {
      case number_mark:
      case index_mark:
      case ordinal_mark:
        append_number(line, c, number++);
        break;
      case column_mark:
        line += "  ";
        line.resize(std::max(line.size(), columns[column++]), ' ');
        break;
      case end_mark:
        line.erase(line.find_last_not_of(' ') + 1);
        out += line += '\n';
        line.assign(static_cast<std::size_t>(indent), ' ');
        column = 0;
        break;
      default:
        line += c;
    }
  }
}

bool CountingLaw::goes_on(const Pattern& last, const Pattern& next) {
  if (!next.same_text(last)) return false;
  const auto counts = [](std::uint64_t d) { return d + 1 <= 2; };
  auto moved = differences(last.numbers(), next.numbers());
  const bool still = std::ranges::all_of(moved, [](std::uint64_t d) { return d == 0; });
  if (still || !std::ranges::all_of(moved, counts)) return false;
  if (!law_.empty() && moved != law_) return false;
  law_ = std::move(moved);
  return true;
}

std::size_t length_of_count(const std::vector<Pattern>& patterns, std::size_t first) {
  CountingLaw law;
  std::size_t end = first + 1;
  while (end < patterns.size() && law.goes_on(patterns[end - 1], patterns[end])) ++end;
  return end - first;
}

void CountedLines::add(Pattern line) {
  if (count_ > 0 && !goes_on(line)) {
    if (count_ == 1 || count_ >= shortest_count) {
      finish();
    } else {  // the last of a few may be the first of more
      Pattern last = std::move(run_.back());
      run_.pop_back();
      finish();
      run_.push_back(std::move(last));
      count_ = 1;
      if (!goes_on(line)) finish();
    }
  }
  if (count_ >= shortest_count) run_.pop_back();
  run_.push_back(std::move(line));
  ++count_;
}

void CountedLines::finish() {
  if (count_ >= shortest_count) {
    Pattern between;
    ((between << ".. ").number(static_cast<std::int64_t>(count_ - 2)) << " more").end_line();
    run_ = {run_.front(), between, run_.back()};
  }
  for (const Pattern& line : run_) out_(line);
  run_.clear();
  count_ = 0;
  law_ = {};
}

}  // namespace chronograd::detail
