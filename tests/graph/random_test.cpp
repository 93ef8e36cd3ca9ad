#include "chronograd/graph/random.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <set>

namespace chronograd {
namespace {

using Words = std::array<std::uint32_t, 4>;

TEST_SUITE("philox") {
  // philox4x32-10 of kat_vectors in Random123 (Salmon et al. 2011).
  TEST_CASE("the words are those of the published vectors") {
    CHECK(philox(0, 0, 0) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
    CHECK(philox(~0ull, ~0ull, ~0ull) == Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
    // counter 243f6a88 85a308d3 13198a2e 03707344, key a4093822 299f31d0
    CHECK(philox(0x299f31d0a4093822, 0x0370734413198a2e, 0x85a308d3243f6a88) ==
          Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
  }

  TEST_CASE("every bit of key and counter changes the words") {
    std::set<Words> seen{philox(0, 0, 0)};
    for (int bit = 0; bit < 64; ++bit) {
      const std::uint64_t one = std::uint64_t{1} << bit;
      CHECK(seen.insert(philox(one, 0, 0)).second);
      CHECK(seen.insert(philox(0, one, 0)).second);
      CHECK(seen.insert(philox(0, 0, one)).second);
    }
  }
}

TEST_SUITE("sources") {
  TEST_CASE("equal sources give equal streams, each another") {
    Random a{42};
    Random b{42};
    std::set<std::uint64_t> seen;
    for (int k = 0; k < 1000; ++k) {
      const std::uint64_t stream = a.next_stream();
      CHECK(stream == b.next_stream());
      CHECK(seen.insert(stream).second);
    }
    CHECK(a.position() == 1000);
    CHECK(Random{43}.next_stream() != Random{42}.next_stream());
  }

  TEST_CASE("a source goes on from a position") {
    Random a{42};
    for (int k = 0; k < 7; ++k) a.next_stream();
    Random b{a.seed(), a.position()};
    CHECK(a.next_stream() == b.next_stream());
  }

  TEST_CASE("split sources differ from each other and from where they come from") {
    Random source{42};
    std::set<std::uint64_t> seen;
    for (std::uint64_t k = 0; k < 100; ++k) {
      Random part = source.split(k);
      Random again = source.split(k);
      for (int n = 0; n < 10; ++n) {
        const std::uint64_t stream = part.next_stream();
        CHECK(stream == again.next_stream());
        CHECK(seen.insert(stream).second);
      }
    }
    CHECK(source.position() == 0);
    for (int n = 0; n < 10; ++n) CHECK(seen.insert(source.next_stream()).second);
    Random later = source.split(0);
    CHECK(seen.insert(later.next_stream()).second);
  }
}

TEST_SUITE("streams") {
  TEST_CASE("words are those of philox in order") {
    RandomStream stream{0};
    for (const std::uint32_t word : philox(0, 0, 0)) CHECK(stream.word() == word);
    for (const std::uint32_t word : philox(0, 0, 1)) CHECK(stream.word() == word);
  }

  TEST_CASE("uniform numbers fill [0, 1) evenly") {
    RandomStream stream{1};
    std::array<int, 10> counts{};
    double sum = 0;
    for (int k = 0; k < 100'000; ++k) {
      const double u = stream.uniform();
      REQUIRE((u >= 0 && u < 1));
      ++counts[static_cast<std::size_t>(u * 10)];
      sum += u;
    }
    CHECK(sum / 100'000 == doctest::Approx(0.5).epsilon(0.01));
    for (const int count : counts) CHECK(std::abs(count - 10'000) < 500);
  }

  TEST_CASE("normal numbers have mean 0, variance 1 and kurtosis 3") {
    RandomStream stream{2};
    const int n = 200'000;
    double m1 = 0;
    double m2 = 0;
    double m4 = 0;
    for (int k = 0; k < n; ++k) {
      const double z = stream.normal();
      REQUIRE(std::isfinite(z));
      m1 += z / n;
      m2 += z * z / n;
      m4 += z * z * z * z / n;
    }
    CHECK(std::abs(m1) < 0.01);
    CHECK(std::abs(m2 - 1) < 0.02);
    CHECK(std::abs(m4 - 3) < 0.15);
  }

  TEST_CASE("whole numbers below a bound come evenly and never reach it") {
    RandomStream stream{3};
    std::array<int, 7> counts{};
    for (int k = 0; k < 70'000; ++k) {
      const std::uint64_t n = stream.below(7);
      REQUIRE(n < 7);
      ++counts[n];
    }
    for (const int count : counts) CHECK(std::abs(count - 10'000) < 500);
    CHECK(stream.below(1) == 0);
    for (int k = 0; k < 100; ++k) CHECK(stream.below((1ull << 63) + 1) <= 1ull << 63);
  }
}

}  // namespace
}  // namespace chronograd
