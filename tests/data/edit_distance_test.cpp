#include "chronograd/data/edit_distance.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <vector>

#include "chronograd/graph/random.h"

namespace chronograd {
namespace {

/// The definition, by recursion.
std::size_t by_definition(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return a.size() + b.size();
  const std::string_view a_rest = a.substr(1);
  const std::string_view b_rest = b.substr(1);
  if (a[0] == b[0]) return by_definition(a_rest, b_rest);
  return 1 + std::min({by_definition(a_rest, b), by_definition(a, b_rest),
                       by_definition(a_rest, b_rest)});
}

}  // namespace

TEST_CASE("the edit distance counts insertions, deletions and replacements") {
  using namespace std::string_view_literals;
  CHECK(edit_distance("kitten"sv, "sitting"sv) == 3);
  CHECK(edit_distance("saturday"sv, "sunday"sv) == 3);
  CHECK(edit_distance("ab"sv, "ba"sv) == 2);
  CHECK(edit_distance(""sv, ""sv) == 0);
  CHECK(edit_distance(""sv, "abc"sv) == 3);
  CHECK(edit_distance("abc"sv, ""sv) == 3);
  CHECK(edit_distance("abc"sv, "abc"sv) == 0);
}

TEST_CASE("any symbols that compare will do") {
  const std::vector<std::string> phones{"K", "AE", "T"};
  const std::list<std::string_view> others{"K", "AA", "T", "S"};
  CHECK(edit_distance(others, phones) == 2);
  CHECK(edit_distance(std::vector<std::int64_t>{1, 2, 3}, std::vector<std::int64_t>{2, 3}) == 1);
}

TEST_CASE("the edit distance of random sequences is that of the definition") {
  RandomStream random{7};
  const auto sequence = [&] {
    std::string s(random.below(7), ' ');
    for (char& c : s) c = static_cast<char>('a' + random.below(3));
    return s;
  };
  for (int i = 0; i < 300; ++i) {
    const std::string a = sequence();
    const std::string b = sequence();
    CAPTURE(a);
    CAPTURE(b);
    CHECK(edit_distance(a, b) == by_definition(a, b));
  }
}

}  // namespace chronograd
