#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace chronograd {

/// The characters of a UTF-8 text, one string for each code point: "né" gives "n", "é". A letter
/// written as base and combining mark gives two, so normalise (NFC) first where that matters.
/// Throws ValueError when the text is not valid UTF-8.
std::vector<std::string> characters(std::string_view text);

}  // namespace chronograd
