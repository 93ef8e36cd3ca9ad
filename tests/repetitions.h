#pragma once

#include <cstdint>

namespace chronograd::test {

/// How often a test tries what it draws, or how much of it: a fifth of what is usual under
/// AddressSanitizer, which makes everything ten times slower.
template <class Integer>
constexpr Integer repetitions(Integer usual) {
#ifdef __SANITIZE_ADDRESS__
  return usual / 5;
#else
  return usual;
#endif
}

}  // namespace chronograd::test
