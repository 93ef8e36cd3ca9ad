// How what must be copied to be joined is copied.
#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "chronograd/ops.h"
#include "tests/graph/plan/written.h"
#include "tests/planning.h"

namespace chronograd::test {
namespace {

using Tensors = std::vector<Tensor>;

/// Numbers that all differ, so that it shows where each one goes.
Tensor counted(Shape shape) {
  std::vector<float> numbers(static_cast<std::size_t>(shape.size()));
  for (std::size_t k = 0; k < numbers.size(); ++k) {
    numbers[k] = 1 / (2 + static_cast<float>(k));
  }
  return Tensor::adopt(std::move(numbers), shape);
}

/// h(t) = tanh(x W + h(t-1) U), whose sum of two products is one of joined operands: the weights
/// have few numbers beside the result.
Tensors recurrence(const Tensor& w, const Tensor& u) {
  Tensor h = counted({64, 4});
  Tensors all;
  for (const Tensor& x : unstack(counted({6, 64, 3}))) {
    h = tanh(matmul(x, w) + matmul(h, u));
    all.push_back(h);
  }
  return all;
}

const Tensor w = counted({3, 4});
const Tensor u = counted({4, 4});

TEST_CASE("weights that many products join are joined once") {
  const plan::Plan plan = plan_of([] { return recurrence(w, u); });
  CHECK(written(plan) ==
        "matmul [64, 4] [4, 4] -> [64, 4]\n"
        "matmul [64, 3] [3, 4] -> [64, 4]\n"
        "fused [64, 4]: 2 instructions, 1 stored\n"
        "copy [64, 3]\n"
        "copy [64, 4]\n"
        "copy [3, 4]\n"
        "copy [4, 4]\n"
        "matmul x2 [64, 7] [7, 4] -> [64, 4]\n"
        "fused [64, 4]: 1 instructions, 1 stored\n"
        "copy [64, 3]\n"
        "copy [64, 4]\n"
        "matmul x2 [64, 7] [7, 4] -> [64, 4]\n"
        "fused [64, 4]: 1 instructions, 1 stored\n"
        "copy [64, 3]\n"
        "copy [64, 4]\n"
        "matmul x2 [64, 7] [7, 4] -> [64, 4]\n"
        "fused [64, 4]: 1 instructions, 1 stored\n"
        "copy [64, 3]\n"
        "copy [64, 4]\n"
        "matmul x2 [64, 7] [7, 4] -> [64, 4]\n"
        "fused [64, 4]: 1 instructions, 1 stored\n"
        "copy [64, 3]\n"
        "copy [64, 4]\n"
        "matmul x2 [64, 7] [7, 4] -> [64, 4]\n"
        "fused [64, 4]: 1 instructions, 1 stored\n");
}

TEST_CASE("rows that are joined end to end are copied as rows") {
  const plan::Plan plan = plan_of([] { return recurrence(w, u); });
  int joined = 0;
  for (const plan::Plan::Task& task : plan.tasks) {
    const auto* kernel = std::get_if<plan::Plan::Kernel>(&task);
    if (kernel == nullptr || kernel->recorded.size() < 2) continue;
    ++joined;
    CHECK(to_string(kernel->inputs[0].array.shape) == "[64, 7]");
    CHECK(kernel->inputs[0].array.dense());
  }
  CHECK(joined == 5);
}

TEST_CASE("joined products have the numbers that each has alone") {
  const auto numbers = [](bool planned) {
    const Planning planning{planned};
    const Tape tape;
    const Tensor last = recurrence(w, u).back();
    const auto values = last.values<float>();
    return std::vector<float>(values.begin(), values.end());
  };
  const std::vector<float> planned = numbers(true);
  const std::vector<float> alone = numbers(false);
  REQUIRE(planned.size() == alone.size());
  for (std::size_t k = 0; k < planned.size(); ++k) {
    CHECK(planned[k] == doctest::Approx(alone[k]).epsilon(1e-6));
  }
}

}  // namespace
}  // namespace chronograd::test
