#pragma once

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <optional>
#include <string>
#include <system_error>
#include <type_traits>

namespace seq2seq {

/// The numbers a flag takes, both ends among them.
template <class Number>
struct Range {
  Number min;
  Number max;
};

template <class Number>
std::string in_words(const Range<Number>& range) {
  return fmt::format("a {}number from {} to {}", std::is_integral_v<Number> ? "whole " : "",
                     range.min, range.max);
}

/// The number that is all of the text, and in the range. Throws CLI::ValidationError, naming the
/// flag and the range, for anything else, such as "16junk", "nan" or a number with 300 digits.
template <class Number>
Number parse_number(const std::string& flag, const std::string& text, Range<Number> range) {
  Number value{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc{} && stop == end && value >= range.min && value <= range.max) return value;
  throw CLI::ValidationError(
      flag, fmt::format("{:.40} is not possible; it must be {}", text, in_words(range)));
}

/// Adds a flag that gives its number to `use`.
template <class Number, class Use>
CLI::Option* add_number(CLI::App* app, const std::string& flag, Range<Number> range,
                        const std::string& help, Use use) {
  const auto parse = [flag, range, use](const std::string& text) {
    use(parse_number(flag, text, range));
  };
  return app->add_option_function<std::string>(flag, parse, help)
      ->type_name(fmt::format("{}..{}", range.min, range.max));
}

}  // namespace seq2seq
