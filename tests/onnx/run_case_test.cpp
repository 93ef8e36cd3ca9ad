#include "tests/onnx/run_case.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <string_view>

// What the judge of the ONNX cases lets pass and what not.

namespace {

using namespace chronograd::onnx;
using Kind = Outcome::Kind;

std::string tensor(std::string_view name, std::string_view dtype, std::string_view data) {
  return fmt::format(R"({{"name": "{}", "dtype": "{}", "shape": [2], "data": [{}]}})", name, dtype,
                     data);
}

// A case of an operator from x to y, each with two numbers.
Outcome run(std::string_view op, std::string_view dtype, std::string_view x, std::string_view y,
            std::string_view attributes = "") {
  return run_case(fmt::format(
      R"({{"nodes": [{{"op": "{}", "inputs": ["x"], "outputs": ["y"], "attributes": {{{}}}}}],
          "initializers": [], "cases": [{{"inputs": [{}], "outputs": [{}]}}]}})",
      op, attributes, tensor("x", dtype, x), tensor("y", dtype, y)));
}

}  // namespace

TEST_CASE("an operator that is not in the table is skipped by name") {
  const Outcome outcome = run("Frobnicate", "float32", "1, 2", "1, 2");
  CHECK(outcome.kind == Kind::skipped);
  CHECK(outcome.reason == "no operator Frobnicate");
}

TEST_CASE("the operators of a graph are run one after the other, and judged by what is expected") {
  const auto run_graph = [](std::string_view middle, std::string_view y) {
    return run_case(fmt::format(
        R"({{"nodes": [{{"op": "Neg", "inputs": ["x"], "outputs": ["a"], "attributes": {{}}}},
                      {{"op": "Add", "inputs": ["a", "w"], "outputs": ["y"], "attributes": {{}}}}],
            "initializers": [{}], "cases": [{{"inputs": [{}], "outputs": [{}, {}]}}]}})",
        tensor("w", "float32", "10, 20"), tensor("x", "float32", "1, 2"), tensor("y", "float32", y),
        tensor("a", "float32", middle)));
  };
  CHECK(run_graph("-1, -2", "9, 18").kind == Kind::passed);
  CHECK(run_graph("-1, -2", "9, 19").reason == "Add: result 0: element 1 is 18, not 19");
  CHECK(run_graph("1, -2", "9, 18").reason == "Neg: result 0: element 0 is -1, not 1");
}

TEST_CASE("an attribute that the operator does not know is skipped by name") {
  const Outcome outcome = run("Neg", "float32", "1, 2", "-1, -2", R"("twice": 1)");
  CHECK(outcome.kind == Kind::skipped);
  CHECK(outcome.reason == "Neg with twice");
}

TEST_CASE("inverse functions are exact near 0") {
  for (const std::string_view op : {"Asin", "Atan", "Asinh", "Atanh", "Sinh", "Tan"}) {
    CHECK(run(op, "float64", "0, 3e-4", "0, 3e-4").kind == Kind::passed);
  }
}

TEST_CASE("a dtype that we do not have is skipped by name") {
  const Outcome outcome = run("Identity", "float16", "1, 2", "1, 2");
  CHECK(outcome.kind == Kind::skipped);
  CHECK(outcome.reason == "dtype float16");
}

TEST_CASE("a wrong number fails with its place") {
  const Outcome outcome = run("Neg", "float32", "1, 2", "-1, 2");
  CHECK(outcome.kind == Kind::failed);
  CHECK(outcome.reason == "Neg: result 0: element 1 is -2, not 2");
}

TEST_CASE("floating numbers may be off by a thousandth of those expected") {
  CHECK(run("Identity", "float64", "1000.9, 1e-8", "1000, 0").kind == Kind::passed);
  CHECK(run("Identity", "float64", "1001.1, 0", "1000, 0").kind == Kind::failed);
  CHECK(run("Identity", "float64", "1, 2e-7", "1, 0").kind == Kind::failed);
}

TEST_CASE("integers and booleans may not be off") {
  CHECK(run("Identity", "int64", "1000000, 2", "1000000, 2").kind == Kind::passed);
  CHECK(run("Identity", "int64", "1000001, 2", "1000000, 2").kind == Kind::failed);
  CHECK(run("Identity", "bool", "true, false", "true, false").kind == Kind::passed);
  CHECK(run("Identity", "bool", "true, true", "true, false").kind == Kind::failed);
}

TEST_CASE("NaN and infinities equal themselves only") {
  const std::string_view odd = R"("NaN", "-Infinity")";
  CHECK(run("Identity", "float32", odd, odd).kind == Kind::passed);
  CHECK(run("Neg", "float32", odd, odd).kind == Kind::failed);
  CHECK(run("Identity", "float32", "0, 1e38", R"(0, "Infinity")").kind == Kind::failed);
  CHECK(run("Identity", "float32", R"("NaN", 0)", "0, 0").kind == Kind::failed);
  CHECK(run("Identity", "float32", "0, 0", R"("NaN", 0)").kind == Kind::failed);
}

TEST_CASE("a shape or a dtype other than expected fails") {
  CHECK(run("Shape", "int64", "1, 2", "2, 2").reason ==
        "Shape: result 0: the shape is [1], not [2]");
  CHECK(run("IsNaN", "float32", "1, 2", "0, 0").reason ==
        "IsNaN: result 0: the dtype is bool, not f32");
}

TEST_CASE("what an operator throws fails with what it says") {
  const Outcome outcome = run("Not", "float32", "1, 2", "0, 0");
  CHECK(outcome.kind == Kind::failed);
  CHECK(outcome.reason.find("logical_not") != std::string::npos);
}
