#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <cstdlib>

#include "chronograd/graph/memory/hash.h"

// With CHRONOGRAD_TEST_HASH_BITS=3 in the environment nearly everything collides with something.
// This runs before constructors of static objects, which hash shapes.
[[gnu::constructor(101)]] static void cut_hashes() {
  if (const char* bits = std::getenv("CHRONOGRAD_TEST_HASH_BITS")) {
    chronograd::detail::bits_of_hashes = (std::uint64_t{1} << std::atoi(bits)) - 1;
  }
}
