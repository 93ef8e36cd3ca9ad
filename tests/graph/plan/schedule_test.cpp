// The pass that joins nodes by the row law and lays out what they read and write.
#include <doctest/doctest.h>

#include <numeric>

#include "chronograd/ops.h"
#include "tests/graph/plan/written.h"

namespace chronograd::test {
namespace {

using Tensors = std::vector<Tensor>;

const Tensor xs = halves({50, 3, 5});
const Tensor x1 = halves({3, 5}), x2 = halves({3, 5}), x3 = halves({3, 5});
const Tensor w = halves({5, 28});
const Tensor square_w = halves({5, 5});

TEST_CASE("fifty products that share W become one") {
  CHECK(written_plan_of([] {
          Tensors ys;
          for (const Tensor& x : unstack(xs)) ys.push_back(matmul(x, w));
          return Tensors{sum(concat(ys, 0))};
        }) ==
        "matmul x50 [150, 5] [5, 28] -> [150, 28]\n"
        "sum [150, 28] -> []\n");
}

TEST_CASE("products of different numbers of rows become one, with what follows them") {
  const Tensor four = full({4, 5}, 1);
  CHECK(written_plan_of([&] {
          return Tensors{sum(tanh(matmul(tanh(x1), w))), sum(tanh(matmul(tanh(four), w)))};
        }) ==
        "fused [3, 5]: 1 instructions, 1 stored\n"
        "fused [4, 5]: 1 instructions, 1 stored\n"
        "matmul x2 [7, 5] [5, 28] -> [7, 28]\n"
        "fused [3, 28]: 1 instructions, 1 stored\n"
        "sum [3, 28] -> []\n"
        "fused [4, 28]: 1 instructions, 1 stored\n"
        "sum [4, 28] -> []\n");
}

TEST_CASE("small operands that lie apart are copied together") {
  CHECK(written_plan_of([] {
          return Tensors{sum(tanh(matmul(x1, w)) * tanh(matmul(x2, w)) * tanh(matmul(x3, w)))};
        }) ==
        "copy x3 [3, 5]\n"
        "matmul x3 [9, 5] [5, 28] -> [9, 28]\n"
        "fused [3, 28]: 5 instructions, 1 stored\n"
        "sum [3, 28] -> []\n");
}

TEST_CASE("large ones are not: their products stay apart") {
  const Tensor a = full({64, 512}, 1), b = full({64, 512}, 1), v = full({512, 8}, 1);
  CHECK(written_plan_of([&] { return Tensors{matmul(a, v) * matmul(b, v)}; }) ==
        "2 times matmul [64, 512] [512, 8] -> [64, 8]\n"
        "fused [64, 8]: 1 instructions, 1 stored\n");
}

TEST_CASE("products that share no operand stay apart") {
  const Tensor other = full({5, 28}, 1);
  CHECK(written_plan_of([&] {
          return Tensors{matmul(x1, w), matmul(x1, other)};
        }) == "2 times matmul [3, 5] [5, 28] -> [3, 28]\n");
}

TEST_CASE(
    "equal fused kernels run in one go, but two that share nothing do not become one program") {
  CHECK(written_plan_of([] {
          return Tensors{tanh(x1), tanh(x2)};
        }) == "fused x2 [3, 5]: 1 instructions, 1 stored\n");
  CHECK(written_plan_of([] {
          return Tensors{sin(x1), tanh(x2)};
        }) == "2 times fused [3, 5]: 1 instructions, 1 stored\n");
  CHECK(written_plan_of([] {
          return Tensors{tanh(x1), tanh(full({5, 3}, 1))};
        }) ==
        "fused [3, 5]: 1 instructions, 1 stored\n"
        "fused [5, 3]: 1 instructions, 1 stored\n");
}

// A recurrence h = tanh(h W + x) for each of the lengths, from 0; what is held are the sums of the
// last states.
Tensors recurrences(std::span<const int> lengths, const Tensors& inputs) {
  Tensors results;
  for (std::size_t k = 0; k < lengths.size(); ++k) {
    Tensor h = zeros({1, 5});
    for (int t = 0; t < lengths[k]; ++t) {
      h = tanh(matmul(h, square_w) + at(inputs[k], t));
    }
    results.push_back(sum(h));
  }
  return results;
}

TEST_CASE("a cell over sequences of unlike lengths runs step by step for all of them") {
  const int lengths[] = {3, 1, 4, 2};
  Tensors inputs;
  for (int k = 0; k < 4; ++k) inputs.push_back(full({4, 5}, k));
  CHECK(written_plan_of([&] { return recurrences(lengths, inputs); }) ==
        "copy x4 [1, 5]\n"
        "matmul x4 [4, 5] [5, 5] -> [4, 5]\n"
        "fused x4 [1, 5]: 2 instructions, 1 stored\n"
        "sum [1, 5] -> []\n"
        "matmul x3 [3, 5] [5, 5] -> [3, 5]\n"
        "fused x3 [1, 5]: 2 instructions, 1 stored\n"
        "sum [1, 5] -> []\n"
        "matmul x2 [2, 5] [5, 5] -> [2, 5]\n"
        "fused x2 [1, 5]: 2 instructions, 1 stored\n"
        "sum [1, 5] -> []\n"
        "matmul [1, 5] [5, 5] -> [1, 5]\n"
        "fused [1, 5]: 2 instructions, 1 stored\n"
        "sum [1, 5] -> []\n");
}

TEST_CASE("64 sequences take as many products as the longest has steps") {
  std::vector<int> lengths;
  Tensors inputs;
  for (int k = 0; k < 64; ++k) {
    lengths.push_back(1 + k * 7 % 20);
    inputs.push_back(full({20, 5}, k));
  }
  const plan::Plan plan = plan_of([&] { return recurrences(lengths, inputs); });
  int products = 0;
  std::size_t joined = 0;
  for (const plan::Plan::Task& task : plan.tasks) {
    const auto* kernel = std::get_if<plan::Plan::Kernel>(&task);
    if (kernel == nullptr || kernel->op->name != "matmul") continue;
    ++products;
    joined += kernel->recorded.size();
  }
  CHECK(products == 20);
  CHECK(joined == static_cast<std::size_t>(std::accumulate(lengths.begin(), lengths.end(), 0)));
}

TEST_CASE("what a concat joins is computed in its place") {
  CHECK(written_plan_of([] {
          return Tensors{concat({tanh(x1), sigmoid(x2) * 2, x3 + x3}, -1)};
        }) ==
        "fused [3, 5]: 1 instructions, 1 stored\n"
        "fused [3, 5]: 2 instructions, 1 stored\n"
        "fused [3, 5]: 1 instructions, 1 stored\n");
  CHECK(
      written_plan_of([] {
        return Tensors{sum(concat({matmul(x1, w), matmul(full({3, 2}, 1), full({2, 28}, 1))}, 0))};
      }) ==
      "matmul [3, 5] [5, 28] -> [3, 28]\n"
      "matmul [3, 2] [2, 28] -> [3, 28]\n"
      "sum [6, 28] -> []\n");
}

TEST_CASE("what cannot be computed there is copied") {
  CHECK(written_plan_of([] {
          return Tensors{concat({tanh(x1), matmul(x2, w), x3}, -1)};
        }) ==
        "fused [3, 5]: 1 instructions, 1 stored\n"
        "matmul [3, 5] [5, 28] -> [3, 28]\n"
        "copy [3, 28]\n"
        "copy [3, 5]\n");
}

TEST_CASE("views cost nothing") {
  CHECK(written_plan_of([] {
          return Tensors{sum(at(xs, 3)), sum(transpose(slice(xs, 0, 2, 5))),
                         sum(reshape(xs, {30, 25}))};
        }) ==
        "sum [3, 5] -> []\n"
        "sum [3, 5, 3] -> []\n"
        "sum [30, 25] -> []\n");
}

TEST_CASE("draws of random numbers are never joined") {
  Random random{1};
  const Tape tape{random};
  const Tensors results{dropout_mask({3, 5}, 0.5) * x1, dropout_mask({3, 5}, 0.5) * x2};
  CHECK(written(plan_of_what_is_held()) ==
        "2 times dropout_mask -> [3, 5]\n"
        "fused x2 [3, 5]: 1 instructions, 1 stored\n");
}

TEST_CASE("what nobody holds and nothing needs is not in the plan") {
  CHECK(written_plan_of([] {
          matmul(x1, w);
          return Tensors{tanh(x1)};
        }) == "fused [3, 5]: 1 instructions, 1 stored\n");
}

TEST_CASE("memory is used again: a long chain takes as much as a short one") {
  const auto bytes = [](int length) {
    return plan_of([&] {
             Tensor h = x1;
             for (int t = 0; t < length; ++t) h = tanh(matmul(h, square_w));
             return Tensors{sum(h)};
           })
        .arena_bytes;
  };
  CHECK(bytes(3) == 128);
  CHECK(bytes(100) == 128);
}

TEST_CASE("a matrix that many small products read is laid out for them once, not for single rows") {
  const Tensor turned = halves({32, 32});
  const auto recurrence = [&](std::int64_t rows) {
    return written_plan_of([&] {
      Tensor h = halves({rows, 32});
      for (int t = 0; t < 4; ++t) h = tanh(matmul(h, transpose(turned)));
      return Tensors{h};
    });
  };
  CHECK(recurrence(2).starts_with("copy [32, 32]\n"));
  CHECK(recurrence(1).starts_with("matmul [1, 32] [32, 32] -> [1, 32]\n"));
}

}  // namespace
}  // namespace chronograd::test
