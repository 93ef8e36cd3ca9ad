#include "chronograd/graph/gradients.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "chronograd/ops/mul.h"
#include "tests/graph/probe.h"

namespace chronograd {
namespace {

struct Model {
  static void zero(std::span<double>, Shape, RandomStream&) {}
  Random random{1};
  Parameters parameters{random};
  Parameter b = parameters.root().parameter("b", {}, zero);
  Parameter a = parameters.root().parameter("a", {}, zero);
  Parameter c = parameters.root().parameter("c", {}, zero);
};

TEST_CASE("gradients are kept by parameter, in path order") {
  const Model m;
  Gradients g;
  CHECK(g.empty());
  g.set(m.c, Tensor::scalar(3));
  g.set(m.a, Tensor::scalar(1));
  g.set(m.a, Tensor::scalar(4));
  CHECK(g.size() == 2);
  CHECK(g.at(m.a).item() == 4);
  CHECK(g.at("c").item() == 3);
  std::vector<std::string> paths;
  for (const auto& [path, entry] : g) {
    CHECK(entry.parameter.path() == path);
    paths.push_back(path);
  }
  CHECK(paths == std::vector<std::string>{"a", "c"});
}

TEST_CASE("a parameter without a path is absent, and `at` says so") {
  const Model m;
  Gradients g;
  g.set(m.a, Tensor::scalar(1));
  CHECK(g.contains(m.a));
  CHECK(!g.contains(m.b));
  CHECK(!g.contains("b"));
  CHECK(test::message_of<ParameterError>([&] { g.at(m.b); }) ==
        "gradients: no path from loss to b");
}

TEST_CASE("transformed gradients are new ones of the same parameters") {
  const Model m;
  Gradients g;
  g.set(m.a, Tensor::scalar(1));
  g.set(m.c, Tensor::scalar(3));
  const Gradients twice =
      g.transformed([](const Gradients::Entry& entry) { return entry.gradient * 2; });
  CHECK(twice.size() == 2);
  CHECK(twice.at(m.c).item() == 6);
  CHECK(g.at(m.c).item() == 3);
}

}  // namespace
}  // namespace chronograd
