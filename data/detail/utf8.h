#pragma once

#include <cstddef>
#include <string_view>

namespace chronograd::detail {

/// The bytes of the code point that `text` begins with; 0 when `text` is empty or does not begin
/// with valid UTF-8 (overlong forms, surrogates and values above U+10FFFF are invalid).
std::size_t code_point_bytes(std::string_view text);

bool is_utf8(std::string_view text);

}  // namespace chronograd::detail
