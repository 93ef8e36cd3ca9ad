// Reductions of rows in programs.
#include <doctest/doctest.h>

#include <cmath>

#include "chronograd/graph/planning.h"
#include "chronograd/ops.h"
#include "tests/graph/plan/written.h"
#include "tests/ops/gradient_case.h"
#include "tests/planning.h"

namespace chronograd::test {
namespace {

using Tensors = std::vector<Tensor>;

const Tensor x = halves({2, 28});
const Tensor w = halves({28, 28});
const Tensor b = halves({28});

Tensor standardise(const Tensor& t) {
  const Tensor centred = t - mean(t, -1, true);
  return centred / sqrt(mean(square(centred), -1, true) + 1e-5);
}

TEST_CASE("rows are standardised by one fused kernel") {
  CHECK(written_plan_of([] { return Tensors{standardise(matmul(x, w)) * b}; }) ==
        "matmul [2, 28] [28, 28] -> [2, 28]\n"
        "fused [2, 28]: 8 instructions, 1 stored\n");
}

TEST_CASE("a softmax written out of ops is one fused kernel") {
  CHECK(written_plan_of([] {
          const Tensor e = exp(x - max(x, -1, true));
          return Tensors{e / sum(e, -1, true)};
        }) == "fused [2, 28]: 5 instructions, 1 stored\n");
}

TEST_CASE("a number for each row is stored as such if something else reads it") {
  const plan::Plan plan = plan_of([] {
    const Tensor m = min(tanh(x), -1, true);
    return Tensors{m, x - m * 2};
  });
  REQUIRE(written(plan) == "fused [2, 28]: 4 instructions, 2 stored\n");
  const auto& fused = std::get<plan::Plan::Fused>(plan.tasks.front());
  CHECK(fused.program->stores[0].to.strides == Strides(std::vector<std::int64_t>{1, 0}));
}

TEST_CASE("numbers that are repeated along their rows are read where they are") {
  CHECK(written_plan_of([] {
          return Tensors{x * expand(sum(x * 3, -1, true), {2, 28})};
        }) == "fused [2, 28]: 3 instructions, 1 stored\n");
}

TEST_CASE("a reduction of what nothing computes, for nothing that reads it, stays a kernel") {
  CHECK(written_plan_of([] { return Tensors{mean(matmul(x, w), -1, true)}; }) ==
        "matmul [2, 28] [28, 28] -> [2, 28]\n"
        "mean [2, 28] -> [2, 1]\n");
  CHECK(written_plan_of([] { return Tensors{sum(tanh(x), 0, true)}; }) ==
        "fused [2, 28]: 1 instructions, 1 stored\n"
        "sum [2, 28] -> [1, 28]\n");
}

TEST_CASE("without a reduction, what is the same along a row is computed once for the row") {
  const Tensor column = halves({2, 1});
  CHECK(written_plan_of([&] { return Tensors{x * tanh(column)}; }) ==
        "fused [2, 1]: 1 instructions, 1 stored\n"
        "fused [2, 28]: 1 instructions, 1 stored\n");
}

TEST_CASE("rows of two lengths are reduced by two fused kernels") {
  const Tensor y = halves({2, 7});
  CHECK(written_plan_of([&] {
          const Tensor of_x = sum(x * 2, -1, true);
          const Tensor of_y = sum(y * 2, -1, true);
          return Tensors{tanh(of_x + of_y)};
        }) ==
        "fused [2, 28]: 2 instructions, 1 stored\n"
        "fused [2, 7]: 2 instructions, 1 stored\n"
        "fused [2, 1]: 2 instructions, 1 stored\n");
}

TEST_CASE("long rows are left to the kernels") {
  const Tensor rows = halves({2, 3000});
  CHECK(written_plan_of([&] { return Tensors{square(rows - max(rows, -1, true))}; }) ==
        "max [2, 3000] -> [2, 1]\n"
        "fused [2, 3000]: 2 instructions, 1 stored\n");
}

TEST_CASE("rows of nothing have sums") {
  const Tensor none = zeros({2, 0});
  const Planning planned{true};
  const Tape tape;
  const Tensor total = sum(none * 2, -1, true) + 1;
  CHECK(total.values<float>()[1] == 1);
}

// Each of these is one fused kernel, or few; their bits are those of the kernels.
Tensor written_out(const Tensor& t, int kind) {
  switch (kind) {
    case 0:
      return standardise(t);
    case 1:
      return exp(t - max(t, -1, true)) / sum(exp(t - max(t, -1, true)), -1, true);
    default:
      return max(standardise(t), -1, true) - min(t * t, -1, true);
  }
}

TEST_CASE_TEMPLATE("numbers are those of the kernels, bit for bit, for rows of any length", T,
                   float, double) {
  Draw draw{7};
  for (const std::int64_t rows : {1, 2, 37}) {
    for (const std::int64_t columns : {1, 2, 7, 64, 511, 512, 1500, 2048}) {
      CAPTURE(rows);
      CAPTURE(columns);
      const Tensor t = cast(draw.tensor({rows, columns}, -3, 5), dtype_of<T>());
      for (const int kind : {0, 1, 2}) {
        const auto run = [&](bool planned) {
          const Planning planning{planned};
          const Tape tape;
          return written_out(t, kind).detach();
        };
        CHECK(same_values(run(true), run(false)));
      }
    }
  }
}

TEST_CASE("NaN in a row makes that row NaN and no other") {
  const float nan = std::nanf("");
  const Tensor t = Tensor::copy_of<float>({1, nan, 3, 4, 5, 6}, {3, 2});
  for (const bool planned : {false, true}) {
    const Planning planning{planned};
    const Tape tape;
    const Tensor y = t * 2 - max(t * 2, -1, true);
    const auto values = y.values<float>();
    CHECK(std::isnan(values[0]));
    CHECK(std::isnan(values[1]));
    CHECK(values[2] == -2);
    CHECK(values[5] == 0);
  }
}

}  // namespace
}  // namespace chronograd::test
