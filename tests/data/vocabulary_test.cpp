#include "chronograd/data/vocabulary.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "chronograd/graph/error.h"

namespace chronograd {
namespace {

using Symbols = std::vector<std::string>;
using Ids = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("reserved symbols come first, then the others from frequent to rare") {
  const std::vector<Symbols> sequences{{"b", "c", "a"}, {"c", "a"}, {"c", "<end>", "d"}};
  const Symbols expected{"<pad>", "<end>", "c", "a", "b", "d"};
  CHECK(Vocabulary::of(sequences, {.reserved = {"<pad>", "<end>"}}).symbols() == expected);

  const std::vector<Symbols> reversed(sequences.rbegin(), sequences.rend());
  CHECK(Vocabulary::of(reversed, {.reserved = {"<pad>", "<end>"}}).symbols() == expected);
  CHECK(Vocabulary::of({}).size() == 0);
}

TEST_CASE("symbols rarer than min_count are left out") {
  const std::vector<Symbols> sequences{{"a", "b", "a"}, {"c", "b", "a"}};
  CHECK(Vocabulary::of(sequences, {.min_count = 2}).symbols() == Symbols{"a", "b"});
  CHECK(Vocabulary::of(sequences, {.reserved = {"c"}, .min_count = 3}).symbols() ==
        Symbols{"c", "a"});
}

TEST_CASE("symbols are encoded as their ids and decoded again") {
  const Vocabulary vocabulary{{"<pad>", "AH", "K", "T"}};
  const Symbols symbols{"K", "AH", "T", "<pad>"};
  CHECK(vocabulary.encode(symbols) == Ids{2, 1, 3, 0});
  CHECK(vocabulary.decode(Ids{2, 1, 3, 0}) == symbols);
  CHECK(vocabulary.encode({}).empty());
  CHECK(vocabulary.contains("AH"));
  CHECK_FALSE(vocabulary.contains("A"));
  for (std::int64_t id = 0; id < vocabulary.size(); ++id) {
    CHECK(vocabulary.id(vocabulary.symbol(id)) == id);
  }
}

TEST_CASE("an unseen symbol gets the id of the unknown symbol") {
  const Vocabulary vocabulary{{"<pad>", "<unknown>", "a"}, "<unknown>"};
  CHECK(vocabulary.unknown() == "<unknown>");
  CHECK(vocabulary.encode(Symbols{"a", "z"}) == Ids{2, 1});
}

TEST_CASE("an unseen symbol is an error when none stands for it") {
  const Vocabulary vocabulary{{"a", "b"}};
  CHECK(vocabulary.unknown().empty());
  CHECK_THROWS_WITH_AS(
      vocabulary.id("z"),
      "vocabulary: \"z\" is none of its 2 symbols, and none of them stands for the unknown",
      ValueError);
}

TEST_CASE("an id without symbol is an error") {
  const Vocabulary vocabulary{{"a", "b"}};
  CHECK_THROWS_WITH_AS(vocabulary.symbol(2), "vocabulary: the id 2; there are 2 symbols",
                       IndexError);
  CHECK_THROWS_AS(vocabulary.symbol(-1), IndexError);
  CHECK_THROWS_AS(vocabulary.decode(Ids{0, 9}), IndexError);
  CHECK_THROWS_AS(Vocabulary{}.symbol(0), IndexError);
}

TEST_CASE("a symbol that comes twice and an unknown symbol without id are refused") {
  CHECK_THROWS_WITH_AS(Vocabulary({"a", "b", "a"}),
                       "vocabulary: the symbol \"a\" comes twice; each has one id", ValueError);
  CHECK_THROWS_WITH_AS(Vocabulary({"a"}, "?"),
                       "vocabulary: the unknown symbol \"?\"; it must be one of the symbols",
                       ValueError);
  const std::vector<Symbols> sequences{{"a"}};
  CHECK_THROWS_WITH_AS(Vocabulary::of(sequences, {.unknown = "a"}),
                       "vocabulary: the unknown symbol \"a\"; it must be one of the reserved",
                       ValueError);
}

TEST_CASE("a vocabulary's text gives the same vocabulary") {
  const Vocabulary plain{{"<pad>", "é", "", " ", "unknown"}};
  CHECK(plain.text() == "<pad>\né\n\n \nunknown\n");
  CHECK(Vocabulary::parse(plain.text()) == plain);

  const Vocabulary odd{{"a\tunknown", "\n", "\\", "\r", "\\n", "?", "\\tunknown"}, "?"};
  CHECK(odd.text() == "a\\tunknown\n\\n\n\\\\\n\\r\n\\\\n\n?\tunknown\n\\\\tunknown\n");
  const Vocabulary again = Vocabulary::parse(odd.text());
  CHECK(again == odd);
  CHECK(again.unknown() == "?");
  CHECK(again.encode(odd.symbols()) == Ids{0, 1, 2, 3, 4, 5, 6});

  CHECK(Vocabulary::parse("") == Vocabulary{});
  CHECK_FALSE(Vocabulary({"?"}) == Vocabulary({"?"}, "?"));
}

TEST_CASE("a text that is no vocabulary is refused with its line") {
  struct Case {
    const char* text;
    const char* message;
  };
  const Case cases[] = {
      {"a\nb", "line 2 has no end"},
      {"a\n\\x\n", "line 2 has a lone backslash"},
      {"a\\\n", "line 1 has a lone backslash"},
      {"a\tb\n", "line 1 has a tab"},
      {"a\tunknown\nb\tunknown\n", "line 2 is marked unknown"},
      {"\tunknown\n", "line 1 is empty and marked unknown"},
      {"a\na\n", "the symbol \"a\" comes twice"},
  };
  for (const Case& bad : cases) {
    CAPTURE(bad.text);
    CHECK_THROWS_WITH_AS(Vocabulary::parse(bad.text), doctest::Contains(bad.message), ValueError);
  }
}

}  // namespace chronograd
