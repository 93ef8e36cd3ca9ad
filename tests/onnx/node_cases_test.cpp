#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/onnx/run_case.h"
#include "tests/temporary_folder.h"

// The operator tests that the ONNX project publishes, for what our ops and composites of them can
// express: numbers that somebody else computed. One folder for each holds a case.json.

namespace {

namespace fs = std::filesystem;
using namespace chronograd::onnx;

fs::path cases_folder() {
  if (const char* folder = std::getenv("CHRONOGRAD_ONNX_TESTS")) return folder;
  return (fs::path(CHRONOGRAD_SOURCE_FOLDER) / "../shared/onnx-node-tests").lexically_normal();
}

std::vector<fs::path> folders_in(const fs::path& folder) {
  std::vector<fs::path> folders;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_directory()) folders.push_back(entry.path());
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

}  // namespace

TEST_CASE("the ONNX project's own tests of operators pass") {
  const fs::path folder = cases_folder();
  if (!fs::is_directory(folder)) {
    fmt::print("skipped: {} is not there; set CHRONOGRAD_ONNX_TESTS\n", folder.string());
    return;
  }
  int passed = 0, failed = 0, skipped = 0;
  for (const fs::path& family : folders_in(folder)) {
    for (const fs::path& test : folders_in(family)) {
      const Outcome outcome = run_case(content_of(test / "case.json"));
      passed += outcome.kind == Outcome::Kind::passed;
      failed += outcome.kind == Outcome::Kind::failed;
      skipped += outcome.kind == Outcome::Kind::skipped;
      const std::string name =
          fmt::format("{}/{}", family.filename().string(), test.filename().string());
      if (outcome.kind == Outcome::Kind::skipped) {
        fmt::print("{} skipped: {}\n", name, outcome.reason);
      }
      INFO(name, ": ", outcome.reason);
      CHECK(outcome.kind != Outcome::Kind::failed);
    }
  }
  fmt::print("{} passed, {} failed, {} skipped\n", passed, failed, skipped);
  if (std::getenv("CHRONOGRAD_ONNX_TESTS") == nullptr)
    CHECK(passed >= 474);  // of the default folder
}
