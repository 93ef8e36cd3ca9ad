#include "chronograd/graph/format.h"

#include <doctest/doctest.h>

namespace chronograd {
namespace {

TEST_CASE("fmt prints shapes, dtypes, tensors and places as to_string does") {
  CHECK(fmt::format("{}", Shape{32, 100}) == "[32, 100]");
  CHECK(fmt::format("{}", DType::boolean) == "bool");
  CHECK(fmt::format("{}", Tensor::copy_of({0.5f, 2.0f}, {2})) == "f32 [2] {0.5, 2}");
  const Place place{"model/lstm", 3, {"lstm.cpp", 14}, {"main.cpp", 8}};
  CHECK(fmt::format("{}", place) == "(model/lstm, step 3, lstm.cpp:14, called from main.cpp:8)");
  CHECK(fmt::format("{}", Tensor{}) == "empty tensor");
}

TEST_CASE("fmt takes width, fill and precision as for a string") {
  CHECK(fmt::format("{:>8}|{:*<6}|{:.2}", Shape{2}, DType::f32, DType::boolean) ==
        "     [2]|f32***|bo");
}

}  // namespace
}  // namespace chronograd
