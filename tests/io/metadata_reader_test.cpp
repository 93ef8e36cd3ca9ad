#include "chronograd/io/metadata_reader.h"

#include <doctest/doctest.h>

#include <limits>
#include <string>

#include "chronograd/graph/error.h"

namespace chronograd {
namespace {

MetadataReader reader_of(const std::string& text) { return {"folder/x", {{"k", text}}}; }

}  // namespace

TEST_CASE("texts are read as the numbers they are") {
  CHECK(reader_of("16").whole("k") == 16);
  CHECK(reader_of("18446744073709551615").whole("k") == std::numeric_limits<std::uint64_t>::max());
  CHECK(reader_of("3").whole("k", 3, 3) == 3);
  CHECK(reader_of("0.1").number("k", 0, 1) == 0.1);
  CHECK(reader_of("1e-05").number("k", 0, 1) == 1e-5);
  CHECK(reader_of("a\nb").text("k") == "a\nb");
  CHECK(reader_of("").has("k"));
  CHECK_FALSE(reader_of("").has("l"));
}

TEST_CASE("a text that is no whole number in the range is refused, naming file, key and range") {
  for (const std::string bad : {"16junk", "-3", "+3", "", " 3", "3 ", "1.5", "0x10", "nan", "11",
                                "18446744073709551616", "1e1"}) {
    CAPTURE(bad);
    CHECK_THROWS_WITH_AS(reader_of(bad).whole("k", 1, 10),
                         ("folder/x: \"k\" of its metadata is \"" + bad +
                          "\"; it must be a whole number from 1 to 10")
                             .c_str(),
                         FileError);
  }
  CHECK_THROWS_AS(reader_of("0").whole("k", 1, 10), FileError);
}

TEST_CASE("a text that is no number in the range is refused, naming file, key and range") {
  for (const std::string bad : {"0.5x", "nan", "inf", "-0.1", "1.1", "", "1e999"}) {
    CAPTURE(bad);
    CHECK_THROWS_WITH_AS(
        reader_of(bad).number("k", 0, 1),
        ("folder/x: \"k\" of its metadata is \"" + bad + "\"; it must be a number from 0 to 1")
            .c_str(),
        FileError);
  }
}

TEST_CASE("a missing text is refused, and a long one is cut in the message") {
  CHECK_THROWS_WITH_AS(reader_of("").text("l"),
                       "folder/x: its metadata has no \"l\"; is it another program's file?",
                       FileError);
  try {
    (void)reader_of(std::string(309, '9')).whole("k");
    FAIL("no error");
  } catch (const FileError& error) {
    CHECK(std::string(error.what()).size() < 250);
  }
  CHECK_THROWS_WITH_AS(reader_of("a\nb\n").refuse("k", "it must be c"),
                       "folder/x: \"k\" of its metadata is \"a...\"; it must be c", FileError);
}

}  // namespace chronograd
