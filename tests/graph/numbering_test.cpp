#include "chronograd/graph/memory/numbering.h"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "chronograd/graph/random.h"

namespace chronograd::detail {
namespace {

TEST_CASE("equal lists of words get one number, others another") {
  Numbering numbering;
  RandomStream dice{1};
  std::map<std::vector<std::uint64_t>, std::uint32_t> expected;
  for (int k = 0; k < 2000; ++k) {
    std::vector<std::uint64_t> words(dice.below(5));
    for (std::uint64_t& word : words) word = dice.below(3);
    for (const std::uint64_t word : words) numbering << word;
    const auto next = static_cast<std::uint32_t>(expected.size());
    CHECK(numbering.number() == expected.try_emplace(words, next).first->second);
    CHECK(numbering.size() == expected.size());
  }
  CHECK(expected.size() == 1 + 3 + 9 + 27 + 81);
}

TEST_CASE("integers are numbered with their count") {
  Numbering numbering;
  const std::array<std::int64_t, 3> list{1, 2, 3};
  const std::span<const std::int64_t> integers{list};
  numbering << integers.first(1) << integers.last(2);
  const std::uint32_t one_and_two = numbering.number();
  numbering << integers.first(2) << integers.last(1);
  CHECK(numbering.number() != one_and_two);
}

TEST_CASE("shapes and strides are numbered by what they are") {
  Numbering numbering;
  const auto number = [&](Shape shape) {
    numbering << shape << Strides::dense(shape);
    return numbering.number();
  };
  CHECK(number({2, 3}) == 0);
  CHECK(number({3, 2}) == 1);
  CHECK(number({}) == 2);
  CHECK(number({2, 3}) == 0);
}

}  // namespace
}  // namespace chronograd::detail
