#include "chronograd/graph/plan/layout.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "chronograd/graph/random.h"

namespace chronograd::plan {
namespace {

// Values are letters, each of four bytes; "." stands for one that cannot be placed.
std::vector<Layout::Piece> pieces(const std::string& letters) {
  std::vector<Layout::Piece> list;
  for (const char c : letters)
    list.push_back({c == '.' ? no_id : static_cast<ValueId>(c - 'a'), 4});
  return list;
}

class Values {
 public:
  // Where the pieces are put: the whole block, with those that were asked for in brackets.
  std::string want(const std::string& letters) {
    const std::uint32_t first = layout.want(pieces(letters));
    std::string text;
    std::size_t left = 0;
    for (const std::uint32_t e : layout.strip(layout.element(first).strip)) {
      if (e == first) {
        text += '[';
        left = letters.size();
      }
      const ValueId value = layout.element(e).piece.value;
      text += value == no_id ? '.' : static_cast<char>('a' + value);
      if (left > 0 && --left == 0) text += ']';
    }
    return text;
  }
  std::int64_t holes(const std::string& letters) const { return layout.holes(pieces(letters)); }

  Layout layout{26};
};

TEST_CASE("values that are wanted side by side get a block") {
  Values values;
  CHECK(values.want("abc") == "[abc]");
  CHECK(values.want("de") == "[de]");
  CHECK(values.layout.strips() == 2);
  const std::uint32_t a = values.layout.element_of(0);
  CHECK(values.layout.next(a) == values.layout.element_of(1));
  CHECK(values.layout.next(values.layout.element_of(2)) == Layout::nowhere);
  CHECK(values.layout.element_of(25) == Layout::nowhere);
}

TEST_CASE("what is wanted again is where it was, also a part of it") {
  Values values;
  values.want("abcd");
  CHECK(values.want("abcd") == "[abcd]");
  CHECK(values.want("bc") == "a[bc]d");
  CHECK(values.layout.elements() == 4);
}

TEST_CASE("a block grows at both ends") {
  Values values;
  values.want("bcd");
  CHECK(values.want("cde") == "b[cde]");
  CHECK(values.want("abc") == "[abc]de");
  CHECK(values.want("yzabcdefg") == "[yzabcdefg]");
  CHECK(values.layout.strips() == 1);
}

TEST_CASE("what is there already comes in front: the states of all steps after the first one") {
  Values values;
  values.want("hijk");                      // the states h1..h4, of which the gradient reads
  CHECK(values.want(".hij") == "[.hij]k");  // zero state, h1..h3
}

TEST_CASE("two blocks become one when the last of one is to stand before the first of the other") {
  Values values;
  values.want("abc");
  values.want("xyz");
  CHECK(values.want("cx") == "ab[cx]yz");
  CHECK(values.want("abcxyz") == "[abcxyz]");
  values.want("pq");
  CHECK(values.want("pqa") == "[pqa]bcxyz");
  CHECK(values.want("zp") == "[..]");  // the block would be a ring
}

TEST_CASE("a value lies in one place; where it is wanted besides is a hole to copy it into") {
  Values values;
  values.want("abc");
  CHECK(values.holes("xbz") == 4);  // b stays before c
  CHECK(values.want("acx") == "[..x]");
  CHECK(values.want("bd") == "[.d]");
  CHECK(values.want("cb") == "[..]");
  CHECK(values.layout.element_of(0) == values.layout.strip(0)[0]);
}

TEST_CASE("a value that is wanted twice in a row is there once") {
  Values values;
  CHECK(values.want("aab") == "[a.b]");
  CHECK(values.want("ab") == "[..]");
}

TEST_CASE("what cannot be placed is always a hole, and never shared") {
  Values values;
  CHECK(values.want("..") == "[..]");
  CHECK(values.want("..") == "[..]");
  CHECK(values.layout.strips() == 2);
  values.want("ab");
  CHECK(values.want("b.") == "a[b.]");
  CHECK(values.want("b.") == "[..]");
  CHECK(values.want("bc") == "[.c]");
}

TEST_CASE("the holes are those that are left when it is wanted") {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    CAPTURE(seed);
    RandomStream dice{seed};
    Values values;
    for (int k = 0; k < 8; ++k) {
      std::string letters;
      for (std::uint64_t n = 2 + dice.below(3); n-- > 0;) {
        letters += static_cast<char>('a' + dice.below(9));
      }
      CAPTURE(letters);
      const std::int64_t expected = values.holes(letters);
      std::uint32_t e = values.layout.want(pieces(letters));
      std::int64_t left = 0;
      for (const char c : letters) {
        if (values.layout.element(e).piece.value != static_cast<ValueId>(c - 'a')) left += 4;
        e = values.layout.next(e);
      }
      CHECK(left == expected);
    }
  }
}

TEST_CASE("the longest part that lies side by side already stays") {
  Values values;
  values.want("ab");
  values.want("cde");
  CHECK(values.holes("abcde") == 0);
  CHECK(values.want("abxcde") == "[abxcde]");
  CHECK(values.holes("abcde") == 20);
  CHECK(values.want("abcde") == "[.....]");
  CHECK(values.holes("q.r") == 4);
}

}  // namespace
}  // namespace chronograd::plan
