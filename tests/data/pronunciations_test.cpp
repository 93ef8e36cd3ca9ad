#include "chronograd/data/pronunciations.h"

#include <doctest/doctest.h>

#ifdef CHRONOGRAD_WITH_ZLIB
#include <zlib.h>
#endif

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "chronograd/graph/error.h"
#include "tests/temporary_folder.h"

namespace chronograd {
namespace {

std::vector<PronouncedWord> read(std::string_view content, Stress stress = Stress::keep) {
  const TemporaryFolder folder;
  return read_pronunciations(folder.write("words.dict", content), stress);
}

/// The message of the FileError that reading `content` throws, without the folder.
std::string refusal(std::string_view content) {
  const TemporaryFolder folder;
  try {
    read_pronunciations(folder.write("words.dict", content));
  } catch (const FileError& error) {
    const std::string message = error.what();
    return message.substr(message.find("words.dict"));
  }
  return "no error";
}

void check_word(const PronouncedWord& entry, std::string_view word,
                const std::vector<Pronunciation>& pronunciations) {
  CHECK(entry.word == word);
  CHECK(entry.pronunciations == pronunciations);
}

}  // namespace

TEST_CASE("a dictionary with numbered variants gives one entry for each word") {
  const auto words = read("read R EH D\nat AE T\nread(2) R IY D\n'em AH M\n");
  REQUIRE(words.size() == 3);
  check_word(words[0], "read", {{"R", "EH", "D"}, {"R", "IY", "D"}});
  check_word(words[1], "at", {{"AE", "T"}});
  check_word(words[2], "'em", {{"AH", "M"}});
}

TEST_CASE("a dictionary with tabs gives one entry for each word, which may hold spaces") {
  const auto words = read("read\tR EH D\nread\tR IY D\nba tư\tʔ ɓ aː\n가곡\tk a̠ ɡ\n(2)\tT UW\n");
  REQUIRE(words.size() == 4);
  check_word(words[0], "read", {{"R", "EH", "D"}, {"R", "IY", "D"}});
  check_word(words[1], "ba tư", {{"ʔ", "ɓ", "aː"}});
  check_word(words[2], "가곡", {{"k", "a̠", "ɡ"}});
  check_word(words[3], "(2)", {{"T", "UW"}});
}

TEST_CASE("both forms may stand in one file") {
  const auto words = read("read R EH D\nread\tR IY D\n");
  REQUIRE(words.size() == 1);
  check_word(words[0], "read", {{"R", "EH", "D"}, {"R", "IY", "D"}});
}

TEST_CASE("only a number in parentheses after a word marks a variant") {
  const auto words = read("a(x) EY\nb() B\nc(12) K\n(2) T UW\nd(2 D\ne2) IY\n");
  REQUIRE(words.size() == 6);
  const std::vector<std::string> expected{"a(x)", "b()", "c", "(2)", "d(2", "e2)"};
  for (std::size_t i = 0; i < words.size(); ++i) CHECK(words[i].word == expected[i]);
}

TEST_CASE("equal pronunciations are merged") {
  const auto words = read("the DH AH\nthe(2) DH IY\nthe(3) DH AH\n");
  REQUIRE(words.size() == 1);
  check_word(words[0], "the", {{"DH", "AH"}, {"DH", "IY"}});
}

TEST_CASE("stress digits are kept or stripped, and pronunciations then equal are merged") {
  const std::string_view content = "A  AH0\nA(1)  AH1\nA(2)  EY1\n";
  const auto kept = read(content);
  REQUIRE(kept.size() == 1);
  check_word(kept[0], "A", {{"AH0"}, {"AH1"}, {"EY1"}});
  const auto stripped = read(content, Stress::strip);
  REQUIRE(stripped.size() == 1);
  check_word(stripped[0], "A", {{"AH"}, {"EY"}});
  CHECK(without_stress("AH0") == "AH");
  CHECK(without_stress("AH") == "AH");
  CHECK(without_stress("2") == "2");
  CHECK(without_stress("") == "");
}

TEST_CASE("comments, empty lines, CR LF, spaces around and a byte order mark change nothing") {
  const auto words = read(
      "\xEF\xBB\xBF;;; CMUdict\r\n# a comment \x01\r\n\r\n   \t \r\n  at   AE  T \t \r\n"
      "artagnan AA R # from French\r\non\tAA N  ");
  REQUIRE(words.size() == 3);
  check_word(words[0], "at", {{"AE", "T"}});
  check_word(words[1], "artagnan", {{"AA", "R"}});
  check_word(words[2], "on", {{"AA", "N"}});
}

TEST_CASE("an empty file has no words") {
  CHECK(read("").empty());
  CHECK(read("\n\n").empty());
  CHECK(read("\xEF\xBB\xBF").empty());
}

TEST_CASE("a malformed line is refused with its place and what was wanted") {
  const std::string wanted =
      "; a line must be \"word PHONE PHONE\" or \"word<TAB>PHONE PHONE\" in UTF-8";
  CHECK(refusal("at AE T\nfoo\n") == "words.dict:2: the word \"foo\" without phones" + wanted);
  CHECK(refusal("foo\t \n") == "words.dict:1: the word \"foo\" without phones" + wanted);
  CHECK(refusal("foo # AH\n") == "words.dict:1: the word \"foo\" without phones" + wanted);
  CHECK(refusal("\n\n\tAE T\n") == "words.dict:3: phones without a word" + wanted);
  const std::string garbage =
      "words.dict:1: control characters or bytes that are not UTF-8" + wanted;
  CHECK(refusal(std::string_view("a\0b AE\n", 7)) == garbage);
  CHECK(refusal("D\xC9J\xC0 D EY\n") == garbage);
  CHECK(refusal("\x7F\x45LF\x02\n") == garbage);
}

TEST_CASE("a line of 65536 bytes is read and a longer one is refused") {
  const std::string phones(65536 - 2, 'X');
  CHECK(read("a " + phones)[0].pronunciations[0][0] == phones);
  CHECK(read("a " + phones + "\nb B\n").size() == 2);
  CHECK(refusal("b B\na " + phones + "Y\n") ==
        "words.dict:2: the line has more than 65536 bytes; is this a text file?");
}

TEST_CASE("a file that cannot be read is refused with the reason") {
  const TemporaryFolder folder;
  CHECK_THROWS_WITH_AS(read_pronunciations(folder / "none"),
                       ((folder / "none").string() + ": No such file or directory").c_str(),
                       FileError);
  CHECK_THROWS_WITH_AS(read_pronunciations(folder / "none.gz"), doctest::Contains("none.gz: "),
                       FileError);
  CHECK_THROWS_WITH_AS(read_pronunciations(folder.path()), doctest::Contains("Is a directory"),
                       FileError);
}

#ifdef CHRONOGRAD_WITH_ZLIB

namespace {

/// Words enough that inflating them takes more than one read.
std::string many_words() {
  std::string text;
  for (int i = 0; i < 20000; ++i) text += "word" + std::to_string(i * 7919 % 20011) + " W ER D\n";
  return text;
}

std::string compressed(std::string_view text) {
  const TemporaryFolder folder;
  const gzFile file = gzopen((folder / "x").c_str(), "wb");
  REQUIRE(gzwrite(file, text.data(), static_cast<unsigned>(text.size())) ==
          static_cast<int>(text.size()));
  REQUIRE(gzclose(file) == Z_OK);
  return content_of(folder / "x");
}

}  // namespace

TEST_CASE("gzip files read like plain ones, whatever their names") {
  const TemporaryFolder folder;
  const std::string text = many_words();
  const auto plain = read(text);
  REQUIRE(plain.size() == 20000);
  for (const char* name : {"words.gz", "words.dict"}) {
    const auto words = read_pronunciations(folder.write(name, compressed(text)));
    CHECK(std::ranges::equal(words, plain, {}, &PronouncedWord::word, &PronouncedWord::word));
  }
  const auto joined =
      read_pronunciations(folder.write("two.gz", compressed("at AE T\n") + compressed("on AA N")));
  REQUIRE(joined.size() == 2);
  CHECK(joined[1].word == "on");
  CHECK(read_pronunciations(folder.write("none.gz", compressed(""))).empty());
}

TEST_CASE("a gzip file cut off anywhere is refused") {
  const TemporaryFolder folder;
  const std::string whole = compressed("at AE T\non AA N\n");
  REQUIRE(read_pronunciations(folder.write("words.gz", whole)).size() == 2);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    const auto path = folder.write("words.gz", std::string_view(whole).substr(0, size));
    CHECK_THROWS_AS(read_pronunciations(path), FileError);
  }
  const std::string large = compressed(many_words());
  const auto path = folder.write("large.gz", std::string_view(large).substr(0, large.size() - 9));
  CHECK_THROWS_WITH_AS(read_pronunciations(path),
                       doctest::Contains("large.gz: the compressed data ends too early"),
                       FileError);
}

TEST_CASE("a flipped bit in the data or checksum of a gzip file is refused or changes nothing") {
  const TemporaryFolder folder;
  const std::string whole = compressed("at AE T\non AA N\n");
  int unnoticed = 0;
  for (std::size_t bit = 80; bit < 8 * whole.size(); ++bit) {  // the header has 10 bytes
    CAPTURE(bit);
    std::string broken = whole;
    broken[bit / 8] = static_cast<char>(broken[bit / 8] ^ (1 << bit % 8));
    try {
      const auto words = read_pronunciations(folder.write("words.gz", broken));
      ++unnoticed;
      REQUIRE(words.size() == 2);
      check_word(words[0], "at", {{"AE", "T"}});
      check_word(words[1], "on", {{"AA", "N"}});
    } catch (const FileError&) {
    }
  }
  CHECK(unnoticed < 8);  // the last byte of the data may have unused bits
}

TEST_CASE("a file with the name but not the content of gzip is refused") {
  const TemporaryFolder folder;
  CHECK_THROWS_WITH_AS(read_pronunciations(folder.write("text.gz", "at AE T\n")),
                       doctest::Contains("text.gz: the name says gzip, the content does not"),
                       FileError);
}

#else

TEST_CASE("a build without zlib says how to read gzip files") {
  const TemporaryFolder folder;
  const auto path = folder.write("words.gz", "\x1F\x8B\x08");
  CHECK_THROWS_WITH_AS(read_pronunciations(path), doctest::Contains("-DCHRONOGRAD_ZLIB=ON"),
                       FileError);
  CHECK_THROWS_WITH_AS(read_pronunciations(folder.write("words.dict", "\x1F\x8B\x08")),
                       doctest::Contains("gunzip"), FileError);
}

#endif

TEST_CASE("the dictionary of Debian's pocketsphinx-en-us is read whole") {
  const std::filesystem::path path = "/usr/share/pocketsphinx/model/en-us/cmudict-en-us.dict";
  if (!std::filesystem::exists(path)) {
    MESSAGE("skipped: the package pocketsphinx-en-us is not installed");
    return;
  }
  const auto words = read_pronunciations(path);
  CHECK(words.size() == 125945);
  std::size_t pronunciations = 0;
  std::size_t longest = 0;
  for (const PronouncedWord& word : words) {
    pronunciations += word.pronunciations.size();
    for (const auto& phones : word.pronunciations) longest = std::max(longest, phones.size());
  }
  CHECK(pronunciations == 134723);
  CHECK(longest == 28);
  CHECK(words.front().word == "'bout");
}

}  // namespace chronograd
