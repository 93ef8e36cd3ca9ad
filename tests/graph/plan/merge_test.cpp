// What is recorded twice runs once.
#include <doctest/doctest.h>

#include "chronograd/ops.h"
#include "tests/graph/plan/written.h"

namespace chronograd::test {
namespace {

using Tensors = std::vector<Tensor>;

const Tensor a = halves({4, 6});
const Tensor b = halves({6, 3});

TEST_CASE("equal nodes run once, and so does what is computed of them") {
  CHECK(written_plan_of([] {
          const Tensor once = tanh(matmul(a, b));
          const Tensor again = tanh(matmul(a, b));
          return Tensors{matmul(transpose(once), again)};
        }) == written_plan_of([] {
          const Tensor once = tanh(matmul(a, b));
          return Tensors{matmul(transpose(once), once)};
        }));
}

TEST_CASE("nodes with other integers, or inputs in another order, are not equal") {
  CHECK(counted(plan_of([] { return Tensors{sum(a, 0, true) * sum(a, 1, true)}; })) ==
        "fused 1, sum 1");
  CHECK(counted(plan_of([] {
          const Tensor square = matmul(a, transpose(a));
          const Tensor other = matmul(transpose(b), b);
          return Tensors{sum(matmul(square, a)), sum(other)};
        })) == "matmul 3, sum 2");
}

TEST_CASE("hundreds of nodes that differ in an integer or an input stay apart") {
  const Tensor x = reshape(arange(1000), {500, 2});
  const Tape tape;
  Tensors rows;
  for (std::int64_t k = 0; k < 500; ++k) rows.push_back(square(at(x, k)));
  CHECK(same_values(stack(rows, 0) * 1, square(x)));
}

TEST_CASE("two draws of one kind are not equal") {
  Random random{1};
  const Tape tape{random};
  const Tensor both = sum(random_uniform({4, 6})) + sum(random_uniform({4, 6}));
  CHECK(counted(plan_of_what_is_held()) == "random_uniform 2, sum 1");
}

TEST_CASE("both of two equal results that are asked for have their numbers") {
  const Tape tape;
  const Tensor x = exp(a);
  const Tensor y = exp(a);
  CHECK(same_values(x, y));
  CHECK(same_values(y - exp(a), zeros({4, 6})));
}

}  // namespace
}  // namespace chronograd::test
