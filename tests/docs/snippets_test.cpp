#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <sstream>
#include <string>
#include <vector>

// Every ```cpp block of README.md and docs/ stands word for word in a C++ file of this project, so
// that the build compiles what a reader copies; spaces and line breaks may differ, and includes and
// using-directives may stand elsewhere in the file. What is no part of the library or of a sample
// has its home in tests/docs/NAME_test.cpp.

namespace {

namespace fs = std::filesystem;

const fs::path source_folder = CHRONOGRAD_SOURCE_FOLDER;

// A text without line breaks: words with one space before, between and behind.
struct Code {
  std::string words = " ";
  std::vector<std::string> directives;

  void add(const std::string& line) {
    std::istringstream stream{line};
    std::string text;
    for (std::string word; stream >> word;) text += word + " ";
    if (text.starts_with("#include ") || text.starts_with("using namespace ")) {
      directives.push_back(text);
    } else {
      words += text;
    }
  }
  bool contains(const Code& part) const {
    for (const std::string& directive : part.directives) {
      if (std::find(directives.begin(), directives.end(), directive) == directives.end()) {
        return false;
      }
    }
    return words.find(part.words) != std::string::npos;
  }
};

struct Block {
  int line;
  Code code;
};

std::vector<Block> cpp_blocks(const fs::path& document) {
  std::vector<Block> blocks;
  std::ifstream file{document};
  bool inside = false;
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line.starts_with("```")) {
      inside = line == "```cpp";
      if (inside) blocks.push_back({number, {}});
    } else if (inside) {
      blocks.back().code.add(line);
    }
  }
  return blocks;
}

std::vector<fs::path> documents() {
  std::vector<fs::path> found{source_folder / "README.md"};
  for (const auto& entry : fs::directory_iterator(source_folder / "docs")) {
    if (entry.path().extension() == ".md") found.push_back(entry.path());
  }
  return found;
}

Code code_of(const fs::path& path) {
  Code code;
  std::ifstream file{path};
  for (std::string line; std::getline(file, line);) code.add(line);
  return code;
}

std::vector<Code> sources() {
  std::vector<Code> found;
  for (const auto& folder : fs::directory_iterator(source_folder)) {
    const std::string name = folder.path().filename().string();
    if (!folder.is_directory() || name.starts_with("build") || name.starts_with(".")) continue;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      const fs::path extension = entry.path().extension();
      if (extension == ".cpp" || extension == ".h") found.push_back(code_of(entry.path()));
    }
  }
  return found;
}

TEST_CASE("every C++ block of the documentation is a piece of code that is compiled") {
  const std::vector<Code> all = sources();
  REQUIRE(all.size() > 10);
  int blocks = 0;
  for (const fs::path& document : documents()) {
    for (const Block& block : cpp_blocks(document)) {
      ++blocks;
      bool found = false;
      for (const Code& code : all) found = found || code.contains(block.code);
      CHECK_MESSAGE(found, document.filename().string() << ":" << block.line
                                                        << ": this block is compiled nowhere; put "
                                                           "it into a test in tests/docs/");
    }
  }
  CHECK(blocks > 0);
}

TEST_CASE("a piece of code is found whatever its line breaks, and not when a word differs") {
  Code code;
  for (const char* line : {"#include <map>", "int f() {", "  return 1;", "}", "int g();"}) {
    code.add(line);
  }
  const auto piece = [](std::initializer_list<const char*> lines) {
    Code part;
    for (const char* line : lines) part.add(line);
    return part;
  };
  CHECK(code.contains(piece({"int f() { return 1; }"})));
  CHECK(code.contains(piece({"#include <map>", "int g();"})));
  CHECK_FALSE(code.contains(piece({"int f() { return 2; }"})));
  CHECK_FALSE(code.contains(piece({"#include <set>", "int g();"})));
  CHECK_FALSE(code.contains(piece({"nt g();"})));
}

}  // namespace
