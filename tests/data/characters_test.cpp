#include "chronograd/data/characters.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "chronograd/graph/error.h"

namespace chronograd {

TEST_CASE("a text is split into its code points") {
  using Characters = std::vector<std::string>;
  CHECK(characters("").empty());
  CHECK(characters("it's") == Characters{"i", "t", "'", "s"});
  CHECK(characters("né가😀") == Characters{"n", "é", "가", "😀"});
  CHECK(characters("e\u0301") == Characters{"e", "\u0301"});
  CHECK(characters(std::string_view("a\0b", 3)).size() == 3);
  CHECK(characters("\u007F\u0080\u07FF\u0800\uD7FF\uE000\uFFFF\U00010000\U0010FFFF").size() == 9);
}

TEST_CASE("what is not UTF-8 is refused at its byte") {
  for (const std::string_view bad : {
           "\x80", "\xBF", "\xC0\x80", "\xC1\xBF",                    // no lead, overlong
           "\xE0\x9F\xBF", "\xF0\x8F\xBF\xBF",                        // overlong
           "\xED\xA0\x80", "\xED\xBF\xBF",                            // surrogates
           "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF",            // above U+10FFFF
           "\xC3", "\xE0\xA0", "\xF0\x90\x80", "\xC3(", "\xE1\x80(",  // cut short
       }) {
    CAPTURE(bad.size());
    CHECK_THROWS_WITH_AS(characters("ab" + std::string(bad)), doctest::Contains("at 2; "),
                         ValueError);
  }
  CHECK_THROWS_WITH_AS(characters("D\xC9J"),
                       "characters: the byte 0xC9 at 1; the text must be UTF-8", ValueError);
}

}  // namespace chronograd
