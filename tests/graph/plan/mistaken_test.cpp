// Structures that are nearly the same, whose hashes were once: each must get a plan of its own.
#include <doctest/doctest.h>

#include <cstdint>
#include <initializer_list>
#include <span>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/op.h"
#include "chronograd/graph/parameter.h"
#include "chronograd/graph/planning.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/square.h"
#include "chronograd/ops/sum.h"

namespace chronograd {
namespace {

// The sum of all inputs and of the integers and slots there are.
void total_kernel(const Run& run) {
  float more = 0;
  for (const std::int64_t i : run.attributes.integers) more += static_cast<float>(i);
  for (const std::uint64_t s : run.attributes.slots) more += static_cast<float>(s);
  const Array& output = run.outputs[0];
  for (std::int64_t e = 0; e < output.shape.size(); ++e) {
    output.as<float>()[e] = more;
    for (const Array& input : run.inputs) output.as<float>()[e] += input.as<float>()[e];
  }
}

const Op total{.name = "total",
               .infer = [](Inference& i) { i.output(i.shape(0), DType::f32); },
               .kernel = total_kernel};

const Tensor x = Tensor::copy_of<float>({1, 2, 3}, {3});
const Tensor y = Tensor::copy_of<float>({10, 20, 30}, {3});

float first(const Tensor& tensor) { return tensor.values<float>()[0]; }

Tensor total_of(std::initializer_list<Operand> inputs, std::initializer_list<std::int64_t> integers,
                std::initializer_list<std::uint64_t> slots = {}) {
  return apply(total, inputs, {std::span(integers), std::span(slots)});
}

TEST_CASE("an input and an integer of an op are not mistaken for one another") {
  forget_plans();
  for (int round = 0; round < 2; ++round) {
    {
      const Tape tape;
      const Tensor both = x + y;
      CHECK(first(total_of({x}, {2})) == 3);
    }
    {
      const Tape tape;
      const Tensor both = x + y;
      CHECK(first(total_of({x, y}, {})) == 11);
    }
  }
}

TEST_CASE("nodes with slots are not merged because others without were") {
  forget_plans();
  for (int round = 0; round < 2; ++round) {
    for (const bool slots : {false, true}) {
      const Tape tape{Tape::forward_only};
      const auto next = [&](std::uint64_t slot) {
        return slots ? total_of({x}, {}, {slot}) : total_of({x}, {});
      };
      const Tensor both = next(100) * 1000 + next(200);
      CHECK(first(both) == (slots ? 101201 : 1001));
    }
  }
}

// The k-th of these is another tape to the one that records it, though all are opened on one line.
float of_variant(int variant) {
  const Tape tape;
  const Tensor both = x + y;
  const Tensor t = variant == 1 ? total_of({x}, {2}) : total_of({x, y}, {});
  const Tensor u = variant == 0 ? t + both : t * both;
  return first(sum(u * u + x));
}

TEST_CASE("a tape goes on like an earlier one only if it began like it") {
  forget_plans();
  const auto sum_of = [](int variant) {
    float all = 0;
    for (int e = 1; e <= 3; ++e) {
      const auto k = static_cast<float>(e);
      const float t = variant == 1 ? k + 2 : 11 * k;
      const float u = variant == 0 ? t + 11 * k : t * 11 * k;
      all += u * u + k;
    }
    return all;
  };
  for (const int variant : {0, 1, 2, 0, 2, 1, 0}) {
    CAPTURE(variant);
    CHECK(of_variant(variant) == sum_of(variant));
  }
}

// Whether gradients flow through what was assigned depends on which parameters were committed.
TEST_CASE("a gradient is not repeated where other parameters were assigned") {
  forget_plans();
  const auto gradient_through_a = [](bool one) {
    Random random{1};
    const Parameters parameters{random};
    const auto nothing = [](std::span<double>, Shape, RandomStream&) {};
    const Parameter a = parameters.root().parameter("a", {3}, nothing);
    const Parameter b = parameters.root().parameter("b", {3}, nothing);
    Tape tape;
    const Tensor w = x * 2;
    assign(a, w);
    const Tensor read = sum(square(a * 3));
    assign(one ? a : b, w);
    tape.commit();
    return first(gradient(read, w));
  };
  for (int round = 0; round < 2; ++round) {
    CHECK(gradient_through_a(true) == 36);  // w = 2: the sum of (3 w)^2
    CHECK(gradient_through_a(false) ==
          0);  // what a was assigned is a number since it was committed
  }
}

}  // namespace
}  // namespace chronograd
