#include "chronograd/data/detail/utf8.h"

namespace chronograd::detail {
namespace {

/// The lead byte tells the length; it also narrows the range of the second byte where a wider one
/// would admit overlong forms, surrogates or too large values (Unicode 15, table 3-7).
struct Lead {
  std::size_t bytes;
  unsigned char second_min = 0x80;
  unsigned char second_max = 0xBF;
};

Lead lead(unsigned char byte) {
  if (byte < 0x80) return {1};
  if (byte < 0xC2) return {0};
  if (byte < 0xE0) return {2};
  if (byte == 0xE0) return {3, 0xA0, 0xBF};
  if (byte == 0xED) return {3, 0x80, 0x9F};
  if (byte < 0xF0) return {3};
  if (byte == 0xF0) return {4, 0x90, 0xBF};
  if (byte < 0xF4) return {4};
  if (byte == 0xF4) return {4, 0x80, 0x8F};
  return {0};
}

}  // namespace

std::size_t code_point_bytes(std::string_view text) {
  if (text.empty()) return 0;
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const Lead first = lead(byte(0));
  if (first.bytes < 2) return first.bytes;
  if (text.size() < first.bytes) return 0;
  if (byte(1) < first.second_min || byte(1) > first.second_max) return 0;
  for (std::size_t i = 2; i < first.bytes; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  return first.bytes;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t bytes = code_point_bytes(text);
    if (bytes == 0) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

}  // namespace chronograd::detail
