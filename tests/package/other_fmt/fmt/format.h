#pragma once

#include <string>

// Another version of fmt than the one the library was built with, as far as the program needs one.
namespace fmt {
inline namespace v99 {
inline std::string format(const char* text, int number) {
  return std::string(text) + std::to_string(number) + " of v99";
}
}  // namespace v99
}  // namespace fmt
