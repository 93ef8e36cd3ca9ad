// The pass that fuses elementwise nodes.
#include <doctest/doctest.h>

#include "chronograd/ops.h"
#include "tests/graph/plan/written.h"
#include "tests/repetitions.h"

namespace chronograd::test {
namespace {

using Tensors = std::vector<Tensor>;

const Tensor x = halves({2, 28});
const Tensor y = halves({2, 28});
const Tensor w = halves({28, 28});
const Tensor b = halves({28});
const Tensor c = halves({2, 7});

TEST_CASE("what follows each other runs as one, and what is read in between is never stored") {
  CHECK(written_plan_of([] { return Tensors{tanh(sigmoid(x * y + b) * 2)}; }) ==
        "fused [2, 28]: 5 instructions, 1 stored\n");
}

TEST_CASE("what is held in between is stored as well") {
  CHECK(written_plan_of([] {
          const Tensor middle = x * y;
          return Tensors{middle, tanh(middle)};
        }) == "fused [2, 28]: 2 instructions, 2 stored\n");
}

TEST_CASE("what a product reads is stored before it") {
  CHECK(written_plan_of([] {
          const Tensor h = tanh(x + y);
          return Tensors{sigmoid(matmul(h, w) + h)};
        }) ==
        "fused [2, 28]: 2 instructions, 1 stored\n"
        "matmul [2, 28] [28, 28] -> [2, 28]\n"
        "fused [2, 28]: 2 instructions, 1 stored\n");
}

TEST_CASE(
    "a node that only a later fused kernel reads joins it if what the node reads is there anyway") {
  CHECK(written_plan_of([] {
          const Tensor scaled = y * 0.9;
          return Tensors{scaled + matmul(x, w)};
        }) ==
        "matmul [2, 28] [28, 28] -> [2, 28]\n"
        "fused [2, 28]: 2 instructions, 1 stored\n");
}

TEST_CASE("results that meet again run together") {
  CHECK(written_plan_of([] { return Tensors{sin(x) + tanh(x)}; }) ==
        "fused [2, 28]: 3 instructions, 1 stored\n");
}

TEST_CASE("results of what reads the same, or less, run together") {
  CHECK(written_plan_of([] {
          return Tensors{sin(x), tanh(x)};
        }) == "fused [2, 28]: 2 instructions, 2 stored\n");
  CHECK(written_plan_of([] {
          const Tensor product = matmul(x, w);
          return Tensors{sin(product), y * product, cos(y)};
        }) ==
        "matmul [2, 28] [28, 28] -> [2, 28]\n"
        "fused [2, 28]: 2 instructions, 2 stored\n"
        "fused [2, 28]: 1 instructions, 1 stored\n");
}

TEST_CASE("others run apart") {
  CHECK(written_plan_of([] {
          return Tensors{sin(x), x + y, x + b};
        }) ==
        "fused [2, 28]: 2 instructions, 2 stored\n"
        "fused [2, 28]: 1 instructions, 1 stored\n");
}

TEST_CASE("nor do those whose registers are of other dtypes") {
  const Tensor mask = (x > 0).detach();
  CHECK(written_plan_of([&] {
          return Tensors{logical_not(mask), where(mask, x, y)};
        }) == "2 times fused [2, 28]: 1 instructions, 1 stored\n");
}

TEST_CASE("nor those that see the same otherwise") {
  const Tensor square = halves({28, 28});
  CHECK(written_plan_of([&] {
          const Tensor product = matmul(w, square);
          return Tensors{sin(transpose(product)), cos(product)};
        }) ==
        "matmul [28, 28] [28, 28] -> [28, 28]\n"
        "2 times fused [28, 28]: 1 instructions, 1 stored\n");
}

TEST_CASE("what reads the same but must come later does") {
  CHECK(written_plan_of([] {
          const Tensor early = x * y;
          return Tensors{early, matmul(early, w), (matmul(early, w) + x) * y};
        }) ==
        "fused [2, 28]: 1 instructions, 1 stored\n"
        "matmul [2, 28] [28, 28] -> [2, 28]\n"
        "fused [2, 28]: 2 instructions, 1 stored\n");
}

TEST_CASE("one fused kernel computes the gates of a split, and the sum before them is not stored") {
  CHECK(written_plan_of([] {
          const auto [i, f, g, o] = split(matmul(x, w) + matmul(y, w) * 2 + b, "i", "f", "g", "o");
          const Tensor next = sigmoid(f) * c + sigmoid(i) * tanh(g);
          const Tensor h = sigmoid(o) * tanh(next);
          return Tensors{next, h};
        }).ends_with("fused [2, 7]: 21 instructions, 2 stored\n"));
}

TEST_CASE("the sum before the gates is stored if something reads it as a whole") {
  CHECK(written_plan_of([] {
          const Tensor all = tanh(x + y);
          const Tensors parts = split(all, 2, -1);
          return Tensors{parts[0] * parts[1], matmul(all, w)};
        }) ==
        "fused [2, 28]: 2 instructions, 1 stored\n"
        "fused [2, 14]: 1 instructions, 1 stored\n"
        "matmul [2, 28] [28, 28] -> [2, 28]\n");
}

TEST_CASE("a sum is stored if its parts are read more than twice as often as they are computed") {
  CHECK(written_plan_of([] {
          const Tensor all = tanh(x + y);
          Tensor sum = slice(all, -1, 0, 14);
          for (int k = 1; k < 5; ++k) sum = sum * slice(all, -1, k, k + 14);
          return Tensors{sum};
        }) ==
        "fused [2, 28]: 2 instructions, 1 stored\n"
        "fused [2, 14]: 4 instructions, 1 stored\n");
}

TEST_CASE("masks stay in registers") {
  CHECK(written_plan_of([] { return Tensors{where(x < y, tanh(x), 0)}; }) ==
        "fused [2, 28]: 3 instructions, 1 stored\n");
}

TEST_CASE("dtypes run apart") {
  const Tensor n = full({2, 28}, 3, DType::i64);
  CHECK(written_plan_of([&] { return Tensors{where(n * 2 < n + 1, x, y) * 2}; }) ==
        "fused [2, 28]: 3 instructions, 1 stored\n"
        "fused [2, 28]: 2 instructions, 1 stored\n");
}

TEST_CASE("another shape begins another fused kernel: what is broadcast is computed once") {
  CHECK(written_plan_of([] { return Tensors{x * tanh(b * 2)}; }) ==
        "fused [28]: 2 instructions, 1 stored\n"
        "fused [2, 28]: 1 instructions, 1 stored\n");
}

TEST_CASE("a chain longer than a program holds is cut") {
  CHECK(written_plan_of([] {
          Tensor h = x;
          for (int k = 0; k < 100; ++k) h = tanh(h * y);
          return Tensors{h};
        }) ==
        "2 times fused [2, 28]: 96 instructions, 1 stored\n"
        "fused [2, 28]: 8 instructions, 1 stored\n");
}

TEST_CASE("a chain that is read in parts is cut, too") {
  const auto gates = [](int length) {
    Tensor h = x;
    for (int k = 0; k < length; ++k) h = tanh(h * y);
    const Tensors parts = split(h, 2, -1);
    return Tensors{parts[0] * parts[1]};
  };
  CHECK(written_plan_of([&] { return gates(3); }) == "fused [2, 14]: 13 instructions, 1 stored\n");
  for (const int length : {30, 60, 100, 1000, repetitions(50'000)}) {
    CAPTURE(length);
    const plan::Plan plan = plan_of([&] { return gates(length); });
    for (const plan::Plan::Task& task : plan.tasks) {
      const auto* fused = std::get_if<plan::Plan::Fused>(&task);
      REQUIRE(fused != nullptr);
      CHECK(fused->program->code.size() + fused->program->inputs.size() <= 256);
    }
  }
}

TEST_CASE("nothing is computed for what is empty") {
  const Tensor none = zeros({0, 3});
  CHECK(written_plan_of([&] { return Tensors{tanh(none + 1)}; }).empty());
}

}  // namespace
}  // namespace chronograd::test
