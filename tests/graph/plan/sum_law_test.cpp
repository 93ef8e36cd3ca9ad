// The pass that makes sums of products one product.
#include <doctest/doctest.h>

#include <algorithm>

#include "chronograd/ops.h"
#include "tests/graph/plan/written.h"

namespace chronograd::test {
namespace {

using Tensors = std::vector<Tensor>;

constexpr std::int64_t time = 50;
const Tensor xs = halves({time, 3, 5});
const Tensor ds = halves({time, 3, 28});

const Tensor six_xs = halves({6, 5});
const Tensor six_ds = halves({6, 28});

// x(t)^T d(t), what each step adds to the gradient of a weight.
Tensors terms() {
  const Tensors x = unstack(xs);
  const Tensors d = unstack(ds);
  Tensors list;
  for (std::size_t t = 0; t < x.size(); ++t) list.push_back(matmul(transpose(x[t]), d[t]));
  return list;
}

Tensor total(const Tensors& all) {
  Tensor sum = all[0];
  for (std::size_t k = 1; k < all.size(); ++k) sum = sum + all[k];
  return sum;
}

TEST_CASE("the gradient of a weight over time is one product") {
  CHECK(written_plan_of([] { return Tensors{total(terms())}; }) ==
        "matmul x50 [5, 150] [150, 28] -> [5, 28]\n");
}

TEST_CASE("the gradient of a weight over steps of different numbers of rows is one product") {
  CHECK(written_plan_of([] {
          const Tensor first = matmul(transpose(slice(six_xs, 0, 0, 3)), slice(six_ds, 0, 0, 3));
          const Tensor second = matmul(transpose(slice(six_xs, 0, 3, 4)), slice(six_ds, 0, 3, 4));
          return Tensors{first + second +
                         matmul(transpose(slice(six_xs, 0, 4, 6)), slice(six_ds, 0, 4, 6))};
        }) == "matmul x3 [5, 6] [6, 28] -> [5, 28]\n");
  CHECK(written_plan_of([] {
          return Tensors{sum(slice(six_ds, 0, 0, 2), 0) + sum(slice(six_ds, 0, 2, 6), 0)};
        }) == "sum x2 [6, 28] -> [28]\n");
}

TEST_CASE("sums over other axes, or of other sizes there, stay apart") {
  CHECK(written_plan_of([] {
          const Tensor square = halves({4, 4});
          return Tensors{sum(square * 2, 0) + sum(square * 3, 1)};
        }) ==
        "fused x2 [4, 4]: 1 instructions, 1 stored\n"
        "2 times sum [4, 4] -> [4]\n"
        "fused [4]: 1 instructions, 1 stored\n");
}

TEST_CASE("the gradient is one product in whatever order the steps are added up") {
  CHECK(written_plan_of([] {
          Tensors all = terms();
          Tensors pairs;
          for (std::size_t k = 0; k + 1 < all.size(); k += 2) pairs.push_back(all[k + 1] + all[k]);
          std::ranges::reverse(pairs);
          return Tensors{total(pairs)};
        }) == "matmul x50 [5, 150] [150, 28] -> [5, 28]\n");
}

TEST_CASE("what else is in the sum is added to the product") {
  const Tensor weight = full({5, 28}, 1);
  CHECK(written_plan_of([&] { return Tensors{weight + total(terms())}; }) ==
        "matmul x50 [5, 150] [150, 28] -> [5, 28]\n"
        "fused [5, 28]: 1 instructions, 1 stored\n");
}

TEST_CASE("a sum of sums is one sum over all") {
  CHECK(written_plan_of([] {
          Tensor all;
          for (const Tensor& d : unstack(ds)) all = all.has_value() ? all + sum(d, 0) : sum(d, 0);
          return Tensors{all};
        }) == "sum x50 [150, 28] -> [28]\n");
}

TEST_CASE("a sum that is read half-way is two") {
  CHECK(written_plan_of([] {
          const Tensors all = terms();
          const Tensor first = total({all.begin(), all.begin() + 10});
          Tensors rest{first};
          rest.insert(rest.end(), all.begin() + 10, all.end());
          return Tensors{first, total(rest)};
        }) ==
        "matmul x10 [5, 30] [30, 28] -> [5, 28]\n"
        "matmul x40 [5, 120] [120, 28] -> [5, 28]\n"
        "fused [5, 28]: 1 instructions, 1 stored\n");
}

TEST_CASE("a product that is used elsewhere too stays one of its own") {
  CHECK(written_plan_of([] {
          const Tensors all = terms();
          return Tensors{total(all), all.back()};
        }) ==
        "matmul [5, 3] [3, 28] -> [5, 28]\n"
        "matmul x49 [5, 147] [147, 28] -> [5, 28]\n"
        "fused [5, 28]: 1 instructions, 1 stored\n");
}

TEST_CASE("a product that another product uses stays one of its own") {
  const Tensor weight = halves({28, 2});
  CHECK(written_plan_of([&] {
          const Tensors all = terms();
          return Tensors{total(all), matmul(all[0], weight)};
        }) ==
        "matmul [5, 3] [3, 28] -> [5, 28]\n"
        "matmul [5, 28] [28, 2] -> [5, 2]\n"
        "matmul x49 [5, 147] [147, 28] -> [5, 28]\n"
        "fused [5, 28]: 1 instructions, 1 stored\n");
}

TEST_CASE("x W + h U is not joined, for that would copy the weights") {
  const Tensor x = full({3, 5}, 1), w = full({5, 28}, 1);
  const Tensor h = full({3, 5}, 2), u = full({5, 28}, 2);
  CHECK(written_plan_of([&] { return Tensors{matmul(x, w) + matmul(h, u)}; }) ==
        "2 times matmul [3, 5] [5, 28] -> [3, 28]\n"
        "fused [3, 28]: 1 instructions, 1 stored\n");
}

TEST_CASE("products of unlike shapes are not joined, those of like shapes are, side by side") {
  const Tensor a = full({5, 8}, 1), b = full({8, 28}, 1);
  CHECK(written_plan_of([&] {
          const Tensor over_time = total(terms());
          return Tensors{over_time + matmul(a, b)};
        }) ==
        "matmul [5, 8] [8, 28] -> [5, 28]\n"
        "matmul x50 [5, 150] [150, 28] -> [5, 28]\n"
        "fused [5, 28]: 1 instructions, 1 stored\n");
}

TEST_CASE("sums of integers, and with broadcasting, stay as they are") {
  const Tensor n = full({3, 2}, 1, DType::i64);
  const Tensor m = full({3, 2}, 2, DType::i64);
  CHECK(written_plan_of([&] { return Tensors{sum(n, 0) + sum(m, 0)}; }) ==
        "2 times sum [3, 2] -> [2]\n"
        "fused [2]: 1 instructions, 1 stored\n");
  const Tensor x = full({3, 2}, 1);
  CHECK(written_plan_of([&] {
          const Tensor row = sum(x, 0);
          return Tensors{row + sum(x, 0, true)};
        }) ==
        "sum [3, 2] -> [2]\n"
        "sum [3, 2] -> [1, 2]\n"
        "fused [1, 2]: 1 instructions, 1 stored\n");
}

}  // namespace
}  // namespace chronograd::test
