#include "chronograd/graph/parameter.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "chronograd/autodiff/backward.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sum.h"
#include "tests/graph/probe.h"

namespace chronograd {
namespace {

using test::message_before_place;
using test::message_of;

void normal(std::span<double> values, Shape, RandomStream& stream) {
  for (double& v : values) v = stream.normal();
}

void zero(std::span<double> values, Shape, RandomStream&) {
  for (double& v : values) v = 0;
}

std::vector<std::string> paths(const Scope& scope) {
  std::vector<std::string> found;
  for (const Parameter& p : scope.list()) found.push_back(p.path());
  return found;
}

TEST_SUITE("paths") {
  TEST_CASE("a scope names what is made in it") {
    Random random{1};
    const Parameters parameters{random};
    const Parameter w = (parameters / "encoder" / "lstm").parameter("weight", {2, 3}, normal);
    CHECK(w.path() == "encoder/lstm/weight");
    CHECK(w.shape() == Shape{2, 3});
    CHECK(w.dtype() == DType::f32);
    CHECK(w.trainable());
    CHECK(parameters.size() == 1);
    CHECK(parameters.contains("encoder/lstm/weight"));
    CHECK(parameters.at("encoder/lstm/weight") == w);
  }

  TEST_CASE("asking for an existing path names both") {
    Random random{1};
    const Parameters parameters{random};
    (parameters / "lstm").parameter("weight", {2, 3}, normal);
    CHECK(message_before_place<ParameterError>(
              [&] { (parameters / "lstm").state("weight", {4}, normal); }) ==
          "parameter: lstm/weight [4] exists already, as [2, 3]; give the second layer another "
          "name, or copy the first to share it");
    CHECK(parameters.size() == 1);
  }

  TEST_CASE("a path that is not there is named") {
    Random random{1};
    const Parameters parameters{random};
    CHECK(message_before_place<ParameterError>([&] { parameters.at("lstm/weight"); }) ==
          "parameters: there is no lstm/weight");
    CHECK_THROWS_AS(parameters / "", ParameterError);
  }

  TEST_CASE("a name with a slash is refused: it would be another scope's") {
    Random random{1};
    const Parameters parameters{random};
    const std::string message =
        "scope: the name 'a/b' below 'model'; a name holds no '/', write scope / \"a\" / \"b\"";
    const Scope model = parameters / "model";
    CHECK(message_of<ParameterError>([&] { model / "a/b"; }) == message);
    CHECK(message_before_place<ParameterError>([&] { model.parameter("a/b", {}, normal); }) ==
          message);
    CHECK(message_before_place<ParameterError>([&] { model.state("a/b", {}, normal); }) == message);
    CHECK_THROWS_AS(parameters / "/", ParameterError);
    CHECK(parameters.size() == 0);
  }

  TEST_CASE("a scope selects what is at or below it, in path order") {
    Random random{1};
    const Parameters parameters{random};
    (parameters / "b" / "x").parameter("w", {}, normal);
    (parameters / "a").parameter("w", {}, normal);
    (parameters / "b").parameter("w", {}, normal);
    (parameters / "ba").parameter("w", {}, normal);
    CHECK(paths(parameters) == std::vector<std::string>{"a/w", "b/w", "b/x/w", "ba/w"});
    CHECK(paths(parameters / "b") == std::vector<std::string>{"b/w", "b/x/w"});
    CHECK(paths(parameters / "b" / "w") == std::vector<std::string>{"b/w"});
    CHECK(paths(parameters / "c").empty());
  }

  TEST_CASE("moving the parameters leaves scopes and handles as they were") {
    Random random{1};
    Parameters first{random};
    const Scope scope = first / "layer";
    const Parameter w = scope.parameter("w", {}, normal);
    const Parameters second = std::move(first);
    scope.parameter("v", {}, normal);
    CHECK(second.size() == 2);
    CHECK(second.at("layer/w") == w);
  }

  TEST_CASE("parameters that were moved from say so, whatever they are asked") {
    Random random{1};
    Parameters first{random};
    Parameters second = std::move(first);
    CHECK(second.has_value());
    CHECK(!first.has_value());
    const std::string message =
        "parameters: these were moved from; use those that they were moved to";
    CHECK(message_of<ParameterError>([&] { first.root(); }) == message);
    CHECK(message_of<ParameterError>([&] { first / "a"; }) == message);
    CHECK(message_of<ParameterError>([&] { first.dtype(); }) == message);
    CHECK(message_of<ParameterError>([&] { first.size(); }) == message);
    CHECK(message_of<ParameterError>([&] { first.list(); }) == message);
    CHECK(message_of<ParameterError>([&] { first.contains("a"); }) == message);
    CHECK(message_of<ParameterError>([&] { first.at("a"); }) == message);
    CHECK(message_of<ParameterError>([&] { first.snapshot(); }) == message);
    CHECK(message_of<ParameterError>([&] { first.restore({}); }) == message);
    first = std::move(second);
    CHECK(first.size() == 0);
  }

  TEST_CASE("handles and scopes that were moved from are what they were") {
    Random random{1};
    const Parameters parameters{random};
    Scope scope = parameters / "layer";
    const Scope moved = std::move(scope);
    CHECK(scope.path() == "layer");
    CHECK(scope.dtype() == DType::f32);
    Parameter w = scope.parameter("w", {}, normal);
    const Parameter other = std::move(w);
    CHECK(w == other);
    CHECK(w.path() == "layer/w");
  }

  TEST_CASE("handles outlive the parameters") {
    const auto make = [] {
      Random random{1};
      const Parameters parameters{random};
      return parameters.root().parameter("w", {3}, normal);
    };
    CHECK(make().value().size() == 3);
  }
}

TEST_SUITE("values") {
  TEST_CASE("first values depend on the seed and the path, not on the order") {
    const auto values = [](std::uint64_t seed, bool swap) {
      Random random{seed};
      const Parameters parameters{random};
      for (const char* name : {swap ? "b" : "a", swap ? "a" : "b"}) {
        (parameters / "m").parameter(name, {4}, normal);
      }
      return parameters.snapshot();
    };
    const auto first = values(1, false);
    const auto swapped = values(1, true);
    CHECK(same_values(first.at("m/a"), swapped.at("m/a")));
    CHECK(same_values(first.at("m/b"), swapped.at("m/b")));
    CHECK(!same_values(first.at("m/a"), first.at("m/b")));
    CHECK(!same_values(first.at("m/a"), values(2, false).at("m/a")));
  }

  TEST_CASE("a copied handle is the same parameter") {
    Random random{1};
    const Parameters parameters{random};
    const Parameter w = parameters.root().parameter("w", {}, normal);
    const Parameter tied = w;
    tied.set_value(Tensor::scalar(3));
    CHECK(w.value().item() == 3);
    const Tape tape;
    const Gradients g = backward(w * tied * 2, parameters);
    CHECK(g.size() == 1);
    CHECK(g.at(w).item() == 12);
  }

  TEST_CASE("a value that was read stays when others are put in") {
    Random random{1};
    const Parameters parameters{random};
    const Parameter w = parameters.root().parameter("w", {}, normal);
    w.set_value(Tensor::scalar(3));
    const Tensor old = w.value();
    const Tape tape;
    const Tensor y = w * 2;
    w.set_value(Tensor::scalar(4));
    CHECK(old.item() == 3);
    CHECK(y.item() == 6);
    CHECK((w * 2).item() == 6);
  }

  TEST_CASE("set_value takes only the shape and dtype of the parameter") {
    Random random{1};
    const Parameters parameters{random};
    const Parameter w = parameters.root().parameter("w", {2}, normal);
    CHECK(message_before_place<ShapeError>([&] { w.set_value(Tensor::scalar(1)); }) ==
          "set_value: a tensor [] for w; it must be [2]");
    CHECK(message_before_place<DTypeError>([&] {
            w.set_value(Tensor::copy_of({1.0, 2.0}, {2}));
          }) == "set_value: a tensor of f64 for w; it must be f32");
  }

  TEST_CASE("a snapshot is put back") {
    Random random{1};
    const Parameters parameters{random};
    const Parameter w = parameters.root().parameter("w", {2}, normal);
    const Parameter s = parameters.root().state("s", {}, normal);
    const auto before = parameters.snapshot();
    CHECK(before.size() == 2);
    w.set_value(Tensor::copy_of({1.0f, 2.0f}, {2}));
    s.set_value(Tensor::scalar(5));
    parameters.restore(before);
    CHECK(same_values(w.value(), before.at("w")));
    CHECK(same_values(s.value(), before.at("s")));
  }

  TEST_CASE("a snapshot of other parameters is refused and changes nothing") {
    Random random{1};
    const Parameters parameters{random};
    const Parameter a = parameters.root().parameter("a", {}, normal);
    const Parameter b = parameters.root().parameter("b", {2}, normal);
    const auto before = parameters.snapshot();
    const Tensor one = Tensor::scalar(1);
    CHECK(message_before_place<ParameterError>([&] {
            parameters.restore({{"a", one}});
          }) == "restore: a snapshot of 1 parameters; there are 2");
    CHECK(message_before_place<ParameterError>([&] {
            parameters.restore({{"a", one}, {"c", one}});
          }) == "restore: the snapshot has no b");
    CHECK(message_before_place<ShapeError>([&] {
            parameters.restore({{"a", one}, {"b", one}});
          }) == "restore: a tensor [] for b; it must be [2]");
    CHECK(same_values(a.value(), before.at("a")));
    CHECK(same_values(b.value(), before.at("b")));
  }

  TEST_CASE("a snapshot whose numbers cannot be had changes nothing") {
    Random random{1};
    const Parameters parameters{random};
    const Parameter a = parameters.root().parameter("a", {}, normal);
    parameters.root().parameter("b", {}, normal);
    const auto before = parameters.snapshot();
    const Tape tape;
    const Tensor bad = test::failing(Tensor::scalar(1));
    CHECK_THROWS_AS(parameters.restore({{"a", Tensor::scalar(7)}, {"b", bad}}), ValueError);
    CHECK(same_values(a.value(), before.at("a")));
  }
}

TEST_SUITE("dtype") {
  TEST_CASE("state may have a dtype of its own") {
    Random random{1};
    const Parameters parameters{random};
    const Parameter count = parameters.root().state("count", {2}, zero, DType::i64);
    CHECK(count.dtype() == DType::i64);
    CHECK(!count.trainable());
    Tape tape;
    assign(count, count + (std::int64_t{1} << 40));
    tape.commit();
    CHECK(count.value().values<std::int64_t>()[1] == std::int64_t{1} << 40);
  }

  TEST_CASE("a model of f64 has parameters and numbers of f64") {
    Random random{1};
    const Parameters parameters{random, DType::f64};
    const Parameter w = parameters.root().parameter("w", {2}, normal);
    CHECK(parameters.dtype() == DType::f64);
    CHECK((parameters / "x").dtype() == DType::f64);
    CHECK(w.value().dtype() == DType::f64);
    const Tape tape;
    const Tensor loss = sum(w * 2 + 1);
    CHECK(loss.dtype() == DType::f64);
    CHECK(backward(loss, parameters).at(w).dtype() == DType::f64);
  }

  TEST_CASE("the first values of f64 and f32 models agree to rounding") {
    Random a{1};
    Random b{1};
    const Tensor wide = Parameters{a, DType::f64}.root().parameter("w", {9}, normal).value();
    const Tensor narrow = Parameters{b}.root().parameter("w", {9}, normal).value();
    for (std::size_t k = 0; k < 9; ++k) {
      CHECK(narrow.values<float>()[k] == static_cast<float>(wide.values<double>()[k]));
    }
  }

  TEST_CASE("a model of integers is refused") {
    Random random{1};
    CHECK(message_of<DTypeError>([&] { Parameters(random, DType::i32); }) ==
          "parameters: i32; they must be f32 or f64");
  }
}

}  // namespace
}  // namespace chronograd
