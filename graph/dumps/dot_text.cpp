#include "chronograd/graph/dumps/dot_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>

namespace chronograd::detail {
namespace {

// How many bytes the first character of UTF-8 text has; 0 if the text does not begin with one, or
// with one that XML does not allow, as an SVG would hold it.
std::size_t character_size(std::string_view text) {
  constexpr std::array<char32_t, 4> least{0x20, 0x80, 0x800, 0x10000};
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::size_t size = byte(0) < 0x80 ? 1 : byte(0) < 0xe0 ? 2 : byte(0) < 0xf0 ? 3 : 4;
  if (byte(0) >> 6 == 2 || byte(0) > 0xf7 || text.size() < size) return 0;
  char32_t character = size == 1 ? byte(0) : byte(0) & (0x7fu >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if (byte(i) >> 6 != 2) return 0;
    character = character << 6 | (byte(i) & 0x3fu);
  }
  const bool surrogate = character >= 0xd800 && character < 0xe000;
  const bool control = character >= 0x7f && character < 0xa0;
  const bool no_character = (character & 0xfffe) == 0xfffe || character > 0x10ffff;
  return character < least[size - 1] || surrogate || control || no_character ? 0 : size;
}

}  // namespace

std::string dot_text(std::string_view text) {
  constexpr std::string_view special = "&<>\"\\";
  const std::string backslash = fmt::format("&#{};", static_cast<int>('\\'));
  std::string result;
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    const std::string_view c = text.substr(0, std::max<std::size_t>(size, 1));
    text.remove_prefix(c.size());
    if (c[0] == '\n' || c[0] == '\t' || c[0] == '\r') {
      result += backslash + (c[0] == '\n' ? 'n' : c[0] == '\t' ? 't' : 'r');
    } else if (size == 0) {
      result += backslash + fmt::format("x{:02X}", static_cast<unsigned char>(c[0]));
    } else if (special.find(c[0]) != special.npos) {
      result += fmt::format("&#{};", static_cast<int>(c[0]));
    } else {
      result += c;
    }
  }
  return result.empty() ? " " : result;
}

}  // namespace chronograd::detail
