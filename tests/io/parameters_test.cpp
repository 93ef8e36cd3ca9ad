#include "chronograd/io/parameters.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <map>
#include <span>
#include <string>

#include "chronograd/graph/error.h"
#include "tests/temporary_folder.h"

namespace chronograd {
namespace {

void random_values(std::span<double> values, Shape, RandomStream& random) {
  for (double& value : values) value = random.normal();
}

/// A model with two weights and some state.
Parameters model(std::uint64_t seed, DType dtype = DType::f32) {
  Random random{seed};
  Parameters parameters{random, dtype};
  (parameters / "encoder").parameter("weight", Shape{2, 3}, random_values);
  (parameters / "encoder").state("mean", Shape{3}, random_values);
  (parameters / "decoder").parameter("weight", Shape{4}, random_values);
  return parameters;
}

bool same_parameters(const std::map<std::string, Tensor>& a,
                     const std::map<std::string, Tensor>& b) {
  if (a.size() != b.size()) return false;
  for (const auto& [path, tensor] : a) {
    if (!b.contains(path) || !same_values(tensor, b.at(path))) return false;
  }
  return true;
}

/// Loading the tensors into a model throws this message and changes no parameter.
void check_refused(const std::map<std::string, Tensor>& tensors, const std::string& reason) {
  const TemporaryFolder folder;
  write_safetensors(folder / "x", tensors);
  Parameters parameters = model(1);
  const auto before = parameters.snapshot();
  CHECK_THROWS_WITH_AS(
      load(parameters, folder / "x"),
      ("load: " + (folder / "x").string() + " does not fit the model's parameters: " + reason)
          .c_str(),
      FileError);
  CHECK(same_parameters(parameters.snapshot(), before));
}

}  // namespace

TEST_CASE("a model loads what another saved, states included") {
  for (const DType dtype : {DType::f32, DType::f64}) {
    const TemporaryFolder folder;
    const Parameters first = model(1, dtype);
    Parameters second = model(2, dtype);
    const Parameter weight = second.at("encoder/weight");
    CHECK_FALSE(same_parameters(first.snapshot(), second.snapshot()));
    save(first, folder / "x", {{"epoch", "3"}});
    load(second, folder / "x");
    CHECK(same_parameters(first.snapshot(), second.snapshot()));
    CHECK(same_values(weight.value(), first.at("encoder/weight").value()));
    CHECK(read_safetensors_metadata(folder / "x") == Metadata{{"epoch", "3"}});
  }
}

TEST_CASE("a file with other paths is refused, naming what is missing and what is surplus") {
  auto tensors = model(2).snapshot();
  tensors.emplace("decoder/bias", Tensor::scalar(1));
  check_refused(tensors, "the model lacks decoder/bias");
  tensors.erase("encoder/mean");
  tensors.erase("encoder/weight");
  check_refused(tensors,
                "the file lacks encoder/mean, encoder/weight; the model lacks decoder/bias");
  for (int i = 10; i < 20; ++i) tensors.emplace("x" + std::to_string(i), Tensor::scalar(1));
  check_refused(tensors,
                "the file lacks encoder/mean, encoder/weight; the model lacks decoder/bias, x10, "
                "x11, x12, x13, x14, x15, x16 and 3 more");
}

TEST_CASE("a file with other shapes or dtypes is refused, naming both") {
  auto tensors = model(2).snapshot();
  tensors.insert_or_assign("decoder/weight", Tensor::copy_of<float>({1, 2, 3}, Shape{3, 1}));
  check_refused(tensors, "decoder/weight is f32 [3, 1], not f32 [4]");
  check_refused(model(2, DType::f64).snapshot(),
                "decoder/weight is f64 [4], not f32 [4], encoder/mean is f64 [3], not f32 [3], "
                "encoder/weight is f64 [2, 3], not f32 [2, 3]");
}

TEST_CASE("a truncated file changes no parameter") {
  const TemporaryFolder folder;
  save(model(2), folder / "x");
  std::filesystem::resize_file(folder / "x", std::filesystem::file_size(folder / "x") - 1);
  Parameters parameters = model(1);
  const auto before = parameters.snapshot();
  CHECK_THROWS_WITH_AS(load(parameters, folder / "x"), doctest::Contains("the file is truncated"),
                       FileError);
  CHECK(same_parameters(parameters.snapshot(), before));
}

}  // namespace chronograd
