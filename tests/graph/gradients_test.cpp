#include "chronograd/graph/gradients.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
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
  CHECK(test::message_before_place<ParameterError>([&] { g.at(m.b); }) ==
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

TEST_CASE("a gradient must have the shape and dtype of its parameter") {
  const Model m;
  Gradients g;
  CHECK(test::message_before_place<ShapeError>([&] {
          g.set(m.a, Tensor::copy_of<float>({1, 2}, {2}));
        }) == "gradients: a tensor [2] for a; it must be []");
  CHECK(test::message_before_place<DTypeError>([&] {
          g.set(m.a, Tensor::scalar(1, DType::f64));
        }) == "gradients: a tensor of f64 for a; it must be f32");
  CHECK_THROWS_AS(g.set(m.a, Tensor{}), ValueError);
  CHECK(g.empty());
  g.set(m.a, Tensor::scalar(1));
  CHECK_THROWS_AS(
      g.transformed([](const Gradients::Entry&) { return Tensor::copy_of<float>({1}, {1}); }),
      ShapeError);
}

TEST_CASE("two models' parameters of one path are not mistaken for each other") {
  const Model m;
  const Model other;
  Gradients g;
  g.set(m.a, Tensor::scalar(1));
  CHECK(test::message_before_place<ParameterError>([&] { g.set(other.a, Tensor::scalar(2)); }) ==
        "gradients: two parameters with the path a; give the parameters of one model another "
        "scope, or take the gradients of each model on their own");
  CHECK(!g.contains(other.a));
  CHECK_THROWS_AS(g.at(other.a), ParameterError);
  CHECK(g.below(other.parameters).empty());
  CHECK(g.at(m.a).item() == 1);
}

TEST_CASE("the gradients below a scope are those of its parameters") {
  Random random{1};
  const Parameters parameters{random};
  const auto zero = [](std::span<double>, Shape, RandomStream&) {};
  const Parameter a = (parameters / "one").parameter("a", {}, zero);
  const Parameter b = (parameters / "one" / "two").parameter("b", {}, zero);
  const Parameter c = (parameters / "one_more").parameter("c", {}, zero);
  Gradients g;
  for (const Parameter& p : {a, b, c}) g.set(p, Tensor::scalar(1));
  CHECK(g.below(parameters).size() == 3);
  const Gradients one = g.below(parameters / "one");
  CHECK(one.size() == 2);
  CHECK(one.contains(a));
  CHECK(one.contains(b));
  CHECK(g.below(parameters / "none").empty());
}

TEST_CASE("gradients are computed in one go, and detached from their tape") {
  const Model m;
  Gradients kept;
  {
    const Tape tape;
    Gradients g;
    g.set(m.a, m.a * 2 + 1);
    g.set(m.b, m.b * 2 + 2);
    evaluate(g);
    CHECK(g.at(m.a).computed());
    CHECK(g.at(m.b).computed());
    Gradients later;
    later.set(m.c, m.c * 2 + 3);
    kept = detach(later);
  }
  CHECK(kept.at(m.c).item() == 3);
  evaluate(Gradients{});
  CHECK(detach(Gradients{}).empty());
}

}  // namespace
}  // namespace chronograd
