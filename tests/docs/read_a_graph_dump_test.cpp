#include <doctest/doctest.h>

#include <fstream>
#include <string>
#include <vector>

#include "chronograd/autodiff/backward.h"
#include "chronograd/graph/annotate.h"
#include "chronograd/graph/dot.h"
#include "chronograd/graph/dump.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/at.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sub.h"
#include "chronograd/ops/sum.h"
#include "tests/temporary_folder.h"

// The code and the texts of docs/read-a-graph-dump.md.

namespace chronograd {
namespace {

struct Step {
  explicit Step(int length = 20) {
    const auto zeros = [](std::span<double>, Shape, RandomStream&) {};
    const Parameters parameters{random};
    const Parameter u = (parameters / "model" / "memory").parameter("decay", {4, 8}, zeros);
    const auto count = static_cast<std::size_t>(length);
    const Tensor xs = Tensor::adopt(std::vector<float>(count * 32), {length, 4, 8});

    Tensor h = Tensor::adopt(std::vector<float>(32), {4, 8});
    for (const int t : steps(length)) h = named("h", h * u + at(xs, t));
    const Tensor loss = named("loss", sum(h * h));
    const Gradients gradients = backward(loss, parameters);
    assign(u, u - 0.1 * gradients.at(u));
  }
  Random random{1};
  Tape tape;
};

// What stands between ```text and ```.
std::vector<std::string> text_blocks(const std::string& document) {
  std::vector<std::string> blocks;
  const std::string open = "```text\n";
  for (std::size_t at = document.find(open); at != std::string::npos;
       at = document.find(open, at)) {
    at += open.size();
    blocks.push_back(document.substr(at, document.find("```", at) - at));
  }
  return blocks;
}

TEST_CASE("the dump in the documentation is what the library prints") {
  const auto blocks =
      text_blocks(content_of(CHRONOGRAD_SOURCE_FOLDER "/docs/read-a-graph-dump.md"));
  REQUIRE(blocks.size() == 1);
  CHECK(dump(Step{}.tape, {.source_lines = false}) == blocks[0]);
}

TEST_CASE("the calls in the documentation compile and write") {
  const Step step{3};
  const Tape& tape = step.tape;
  const TemporaryFolder folder;
  std::ofstream file{folder / "step.txt"};
  std::ofstream drawing{folder / "step.dot"};

  dump(tape, file);
  dump(tape, file, {.fold = false, .source_lines = false});
  const std::string text = dump(tape);

  dot(tape, drawing);
  dot(tape, drawing, {.gradient = false});

  file.close();
  drawing.close();
  CHECK(content_of(folder / "step.txt").starts_with(text));
  CHECK(content_of(folder / "step.dot").starts_with(dot(tape)));
}

}  // namespace
}  // namespace chronograd
