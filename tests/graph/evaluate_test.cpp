#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "chronograd/autodiff/backward.h"
#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/parameter.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/at.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sigmoid.h"
#include "chronograd/ops/split.h"
#include "chronograd/ops/sub.h"
#include "chronograd/ops/sum.h"
#include "chronograd/ops/tanh.h"
#include "chronograd/ops/transpose.h"
#include "tests/graph/probe.h"
#include "tests/planning.h"

namespace chronograd {
namespace {

using test::failing;
using test::message_of;
using test::probe;
using test::seen;

const Tensor three = Tensor::copy_of({1.0f, 2.0f, 3.0f}, {3});

struct Model {
  Model()
      : w(parameters.root().parameter("w", {3}, [](auto values, Shape, RandomStream& stream) {
          for (double& v : values) v = stream.normal();
        })) {}

  Tensor loss(Operand x) const {
    Tensor h = tanh(w * x);
    for (int t = 0; t < 4; ++t) h = tanh(w * h + x) * sigmoid(h);
    return sum(h * h);
  }

  Gradients step(const Tensor& loss, double rate = 0.1) const {
    Gradients g = backward(loss, parameters);
    assign(w, w - g.at(w) * rate);
    commit();
    return g;
  }

  Random random{11};
  Parameters parameters{random};
  Parameter w;
};

std::vector<float> bits(const Tensor& x) {
  const auto values = x.values<float>();
  return {values.begin(), values.end()};
}

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

TEST_SUITE("reading the loss") {
  TEST_CASE("the loss reads the same before backward, after the step and after the tape ended") {
    const Model untouched;
    const double expected = untouched.loss(three).item();

    const Model before;
    const Model after;
    const Model late;
    Tensor loss;
    {
      const Tape tape;
      loss = before.loss(three);
      CHECK(loss.item() == expected);
      before.step(loss);
      CHECK(loss.item() == expected);
    }
    {
      const Tape tape;
      loss = after.loss(three);
      after.step(loss);
      CHECK(loss.item() == expected);
    }
    {
      const Tape tape;
      loss = late.loss(three);
      late.step(loss);
    }
    CHECK(loss.item() == expected);
    CHECK(same_values(before.w.value(), after.w.value()));
    CHECK(same_values(late.w.value(), after.w.value()));
    CHECK(!same_values(late.w.value(), untouched.w.value()));
  }

  TEST_CASE("reading the loss before backward changes no bit of the gradients") {
    const Model model;
    const auto gradient = [&](bool read) {
      const Tape tape;
      const Tensor loss = model.loss(three);
      if (read) loss.item();
      return bits(backward(loss, model.parameters).at(model.w));
    };
    CHECK(same_bits(gradient(false), gradient(true)));
  }

  TEST_CASE("the loss after backward and before the step is the loss") {
    const Model model;
    const double expected = model.loss(three).item();
    const Tape tape;
    const Tensor loss = model.loss(three);
    const Gradients g = backward(loss, model.parameters);
    CHECK(!g.at(model.w).computed());
    CHECK(loss.item() == expected);
    CHECK(g.at(model.w).computed());
  }
}

TEST_SUITE("what is computed") {
  TEST_CASE("an evaluation computes also what is held") {
    const Tape tape;
    const Tensor held = probe(three);
    const Tensor asked = sum(three);
    asked.item();
    CHECK(held.computed());
  }

  TEST_CASE("what nobody holds and nobody needs never exists") {
    seen.clear();
    const Tape tape;
    probe(three);
    { const Tensor dropped = probe(three); }
    sum(three).item();
    CHECK(seen.ran.empty());
  }

  TEST_CASE("a value is computed once, however often it is used and asked for") {
    seen.clear();
    const Tape tape;
    const Tensor x = probe(three);
    const Tensor y = x + x * x;
    CHECK(sum(y).item() == 20);
    CHECK(sum(y).item() == 20);
    CHECK(sum(x).item() == 6);
    CHECK(seen.ran.size() == 1);
  }

  TEST_CASE("nodes run in recorded order") {
    const test::Planning node_by_node{false};
    seen.clear();
    const Tape tape;
    const Tensor a = probe(three);
    const Tensor b = probe(three + 1);
    const Tensor c = probe(b + 1);
    sum(a + c).item();
    CHECK(seen.ran == std::vector<double>{1, 2, 3});
  }

  TEST_CASE("several tensors are computed in one go, also of two tapes") {
    const Tape outer;
    const Tensor a = three + 1;
    const Tape inner;
    const Tensor b = three + 2;
    const Tensor c = three + 3;
    evaluate(b, a, c, three);
    CHECK((a.computed() && b.computed() && c.computed()));
    CHECK_NOTHROW(evaluate(std::span<const Tensor>{}));
  }

  TEST_CASE("of several outputs, those that nobody holds are freed") {
    const Tape tape;
    Tensor last;
    {
      const std::vector<Tensor> parts = split(three, 3);
      last = parts[2];
    }
    CHECK(last.item() == 3);
    const std::vector<Tensor> parts = split(three * 2, 3);
    CHECK(parts[0].item() == 2);
    CHECK(parts[1].computed());
    CHECK(parts[1].item() == 4);
  }

  TEST_CASE("a value that was kept for gradients can be had again without computing it again") {
    const test::Planning node_by_node{false};
    seen.clear();
    const Tape tape;
    Tensor y;
    {
      const Tensor x = probe(three);
      y = sum(x * x);
    }
    CHECK(y.item() == 14);
    CHECK(seen.memory[0].references() > 1);
  }
}

TEST_SUITE("memory") {
  TEST_CASE("the memory of a value goes with its last reader") {
    const test::Planning node_by_node{false};
    seen.clear();
    const Tape tape{Tape::forward_only};
    const Tensor y = sum(probe(probe(full({100}, 1))) + 1);
    CHECK(y.item() == 200);
    REQUIRE(seen.memory.size() == 2);
    CHECK(seen.memory[0].references() == 1);
    CHECK(seen.memory[1].references() == 1);
  }

  TEST_CASE("a step returns the memory of all that nobody holds") {
    const test::Planning node_by_node{false};
    const Model model;
    seen.clear();
    const Tape tape;
    Tensor loss = sum(probe(model.w * three));
    model.step(loss);
    REQUIRE(seen.memory.size() == 1);
    CHECK(seen.memory[0].references() == 1);
  }

  TEST_CASE("a value that is held never gives its memory to another") {
    const Tape tape{Tape::forward_only};
    const Tensor x = probe(full({100}, 1));
    const Tensor y = x + 1;
    const Tensor z = y + x;
    evaluate(z);
    CHECK(sum(x).item() == 100);
    CHECK(sum(y).item() == 200);
    CHECK(sum(z).item() == 300);
  }

  TEST_CASE("a small piece that is held does not hold the whole") {
    const test::Planning node_by_node{false};
    seen.clear();
    const Tape tape{Tape::forward_only};
    const Tensor row = at(probe(full({100, 10}, 1)), 7);
    CHECK(same_values(row, full({10}, 1)));
    REQUIRE(seen.memory.size() == 1);
    CHECK(seen.memory[0].references() == 1);
  }

  TEST_CASE("a value that was left lying in another order is put in order when it is asked for") {
    const Tensor x = Tensor::copy_of({1.0f, 2.0f, 3.0f, 4.0f, 5.0f, 6.0f}, {2, 3});
    const Tape tape;
    const Tensor y = transpose(x);
    CHECK(same_values(y, Tensor::copy_of({1.0f, 4.0f, 2.0f, 5.0f, 3.0f, 6.0f}, {3, 2})));
    CHECK(y.detach().values<float>()[1] == 4);
  }

  TEST_CASE("a value is put in order also when a gradient rule hands it on as it lies") {
    static const Op inner_product{
        .name = "inner_product",
        .infer = [](Inference& inference) { inference.output({}, inference.dtype(0)); },
        .kernel = [](const Run& run) { run.outputs[0].as<float>()[0] = 0; },
        .gradient = [](const Differential& d, int k) { return d.input(1 - k); },
        .gradient_reads = {{{.inputs = 0b10}, {.inputs = 0b01}}},
    };
    const Tape tape;
    const Tensor w = zeros({3, 2}) + 1;
    const Tensor y =
        apply(inner_product,
              {w, transpose(Tensor::copy_of({1.0f, 2.0f, 3.0f, 4.0f, 5.0f, 6.0f}, {2, 3}))});
    y.item();
    const Tensor g = gradient(y, w);
    CHECK(same_values(g, Tensor::copy_of({1.0f, 4.0f, 2.0f, 5.0f, 3.0f, 6.0f}, {3, 2})));
  }
}

TEST_SUITE("failures") {
  TEST_CASE("a failing evaluation throws again, and the tape stays usable") {
    const Tape tape;
    {
      const Tensor bad = failing(three * 2);
      const int line = __LINE__ - 1;
      const std::string message = fmt::format(
          "failing: a bad number; it must be good (tests/graph/evaluate_test.cpp:{})", line);
      CHECK(message_of<ValueError>([&] { evaluate(bad); }) == message);
      CHECK(message_of<ValueError>([&] { bad.values<float>(); }) == message);
      CHECK(!bad.computed());
    }
    CHECK(sum(three * 2).item() == 12);
  }

  TEST_CASE("a failing evaluation returns its memory") {
    const test::Planning node_by_node{false};
    seen.clear();
    const Tape tape;
    const Tensor good = probe(three * 2);
    {
      const Tensor bad = failing(good);
      CHECK_THROWS_AS(evaluate(bad), ValueError);
      REQUIRE(seen.memory.size() == 1);
      CHECK(seen.memory[0].references() == 1);
      CHECK(!good.computed());
    }
    CHECK(sum(good).item() == 12);
  }

  TEST_CASE("what was computed before a failure stays") {
    const Tape tape;
    const Tensor y = three * 2;
    evaluate(y);
    const Tensor bad = failing(y);
    CHECK_THROWS_AS(evaluate(bad), ValueError);
    CHECK(y.computed());
    CHECK(y.values<float>()[2] == 6);
  }
}

TEST_SUITE("numbers") {
  TEST_CASE("NaN goes through to the result") {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const Tape tape;
    CHECK(std::isnan(sum(sigmoid(Tensor::copy_of({1.0f, nan}, {2}) * 0) + 1).item()));
  }

  TEST_CASE("tensors of size zero pass through") {
    const Tape tape;
    const Tensor empty = Tensor::copy_of(std::vector<float>{}, {0, 3});
    const Tensor y = transpose(tanh(empty * 2 + empty));
    CHECK(y.values<float>().empty());
    CHECK(y.shape() == Shape{3, 0});
    CHECK(sum(y).item() == 0);
  }
}

}  // namespace
}  // namespace chronograd
