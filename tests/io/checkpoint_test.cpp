#include "chronograd/io/checkpoint.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <map>
#include <span>
#include <string>

#include "chronograd/graph/error.h"
#include "tests/temporary_folder.h"

namespace chronograd {
namespace {

namespace fs = std::filesystem;

/// Parameters with two weights, drawn from a seed.
Parameters some(std::uint64_t seed) {
  Random random{seed};
  Parameters parameters{random};
  const auto fill = [](std::span<double> values, Shape, RandomStream& stream) {
    for (double& value : values) value = stream.normal();
  };
  (parameters / "a").parameter("weight", Shape{2, 3}, fill);
  (parameters / "b").state("mean", Shape{3}, fill);
  return parameters;
}

bool same_parameters(const Parameters& a, const Parameters& b) {
  const auto values = b.snapshot();
  for (const auto& [path, tensor] : a.snapshot()) {
    if (!values.contains(path) || !same_values(tensor, values.at(path))) return false;
  }
  return a.size() == b.size();
}

}  // namespace

TEST_CASE("the parts of a checkpoint and its texts are loaded as they were saved together") {
  const TemporaryFolder folder;
  const Parameters weights = some(1);
  const Parameters moments = some(2);
  save_checkpoint(folder / "x", {{"weights", weights}, {"optimizer", moments}}, {{"step", "7"}});
  const Parameters other_weights = some(3);
  const Parameters other_moments = some(4);
  CHECK(load_checkpoint(folder / "x", {{"optimizer", other_moments}, {"weights", other_weights}}) ==
        Metadata{{"step", "7"}});
  CHECK(same_parameters(other_weights, weights));
  CHECK(same_parameters(other_moments, moments));
  CHECK_FALSE(same_parameters(weights, moments));
  CHECK(read_safetensors(folder / "x").tensors.contains("optimizer/b/mean"));
}

TEST_CASE("one part of a checkpoint is loaded without the others") {
  const TemporaryFolder folder;
  save_checkpoint(folder / "x", {{"weights", some(1)}, {"weights2", some(2)}});
  const Parameters weights = some(3);
  load_checkpoint(folder / "x", {{"weights", weights}});
  CHECK(same_parameters(weights, some(1)));
}

TEST_CASE("a checkpoint that fits one part and not another changes neither") {
  const TemporaryFolder folder;
  save_checkpoint(folder / "x", {{"weights", some(1)}});
  const Parameters weights = some(3);
  const Parameters moments = some(4);
  CHECK_THROWS_WITH_AS(
      load_checkpoint(folder / "x", {{"weights", weights}, {"optimizer", moments}}),
      ("load_checkpoint: " + (folder / "x").string() +
       " does not fit the model's parameters: the file lacks optimizer/a/weight, optimizer/b/mean")
          .c_str(),
      FileError);
  CHECK(same_parameters(weights, some(3)));
  CHECK(same_parameters(moments, some(4)));
}

TEST_CASE("parts without a name of their own are refused, and nothing is written") {
  const TemporaryFolder folder;
  const Parameters a = some(1);
  CHECK_THROWS_WITH_AS(save_checkpoint(folder / "x", {{"", a}}),
                       "checkpoint: a part named \"\"; a name has at least a letter and no slash",
                       ValueError);
  CHECK_THROWS_WITH_AS(
      save_checkpoint(folder / "x", {{"a/b", a}}),
      "checkpoint: a part named \"a/b\"; a name has at least a letter and no slash", ValueError);
  CHECK_THROWS_WITH_AS(save_checkpoint(folder / "x", {{"a", a}, {"a", a}}),
                       "checkpoint: two parts named \"a\"; each has its own name", ValueError);
  CHECK_FALSE(fs::exists(folder / "x"));
}

TEST_CASE("whether a file can be saved is told before, and changes nothing") {
  const TemporaryFolder folder;
  folder.write("old", "old");
  check_can_save(folder / "old");
  check_can_save(folder / "new");
  CHECK(content_of(folder / "old") == "old");
  CHECK_FALSE(fs::exists(folder / "new"));
  CHECK_THROWS_WITH_AS(check_can_save(folder / "none" / "x"),
                       doctest::Contains("none/x: cannot be written: No such file or directory"),
                       FileError);
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK_THROWS_WITH_AS(check_can_save(folder / "pipe"),
                       doctest::Contains("pipe: cannot be replaced"), FileError);
}

}  // namespace chronograd
