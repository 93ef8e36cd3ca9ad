#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

// Every ```cpp block of README.md and docs/ stands word for word, but for indentation and blank
// lines, in a C++ file of this project, so that the build compiles what the reader copies. Includes
// and using-directives may stand elsewhere in that file. Blocks that are no part of the library or
// a sample have a home in tests/docs/NAME_test.cpp.

namespace {

namespace fs = std::filesystem;

const fs::path source_folder = CHRONOGRAD_SOURCE_FOLDER;

std::string trimmed(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return std::string(line.substr(first, line.find_last_not_of(" \t\r") + 1 - first));
}

bool stands_anywhere(const std::string& line) {
  return line.starts_with("#include ") || line.starts_with("using namespace ");
}

// What of a text must be found: lines in one piece, each with a line break before and behind, and
// those that may be anywhere.
struct Wanted {
  std::string piece = "\n";
  std::vector<std::string> anywhere;

  void add(std::string_view raw) {
    const std::string line = trimmed(raw);
    if (line.empty()) return;
    if (stands_anywhere(line)) {
      anywhere.push_back("\n" + line + "\n");
    } else {
      piece += line + "\n";
    }
  }
  bool is_in(const std::string& text) const {
    for (const std::string& line : anywhere) {
      if (text.find(line) == std::string::npos) return false;
    }
    return text.find(piece) != std::string::npos;
  }
};

struct Block {
  int line;
  Wanted wanted;
};

std::vector<Block> cpp_blocks(const fs::path& document) {
  std::vector<Block> blocks;
  std::ifstream file{document};
  bool inside = false;
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (trimmed(line).starts_with("```")) {
      inside = !inside && trimmed(line) == "```cpp";
      if (inside) blocks.push_back({number, {}});
    } else if (inside) {
      blocks.back().wanted.add(line);
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

// Without includes and blank lines in between, so that a piece may run across them.
std::string compact(const fs::path& path) {
  std::string includes = "\n";
  std::string code = "\n";
  std::ifstream file{path};
  for (std::string raw; std::getline(file, raw);) {
    const std::string line = trimmed(raw);
    if (!line.empty()) (stands_anywhere(line) ? includes : code) += line + "\n";
  }
  return includes + code;
}

std::vector<std::string> sources() {
  std::vector<std::string> texts;
  for (const auto& folder : fs::directory_iterator(source_folder)) {
    const std::string name = folder.path().filename().string();
    if (!folder.is_directory() || name.starts_with("build") || name.starts_with(".")) continue;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      const fs::path extension = entry.path().extension();
      if (extension == ".cpp" || extension == ".h") texts.push_back(compact(entry.path()));
    }
  }
  return texts;
}

TEST_CASE("every C++ block of the documentation is a piece of code that is compiled") {
  const std::vector<std::string> texts = sources();
  REQUIRE(texts.size() > 10);
  int blocks = 0;
  for (const fs::path& document : documents()) {
    for (const Block& block : cpp_blocks(document)) {
      ++blocks;
      bool found = false;
      for (const std::string& text : texts) found = found || block.wanted.is_in(text);
      CHECK_MESSAGE(found, document.filename().string() << ":" << block.line
                                                        << ": this block is compiled nowhere; put "
                                                           "it into a test in tests/docs/");
    }
  }
  CHECK(blocks > 0);
}

}  // namespace
