#include "chronograd/data/characters.h"

#include <fmt/format.h>

#include "chronograd/data/detail/utf8.h"
#include "chronograd/graph/error.h"

namespace chronograd {

std::vector<std::string> characters(std::string_view text) {
  std::vector<std::string> result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t bytes = detail::code_point_bytes(text.substr(at));
    if (bytes == 0) {
      throw ValueError(fmt::format("characters: the byte 0x{:02X} at {}; the text must be UTF-8",
                                   static_cast<unsigned char>(text[at]), at));
    }
    result.emplace_back(text.substr(at, bytes));
    at += bytes;
  }
  return result;
}

}  // namespace chronograd
