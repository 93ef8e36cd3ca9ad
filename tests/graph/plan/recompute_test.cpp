// The pass that computes cheap values again instead of keeping them.
#include <doctest/doctest.h>

#include <utility>
#include <vector>

#include "chronograd/ops.h"
#include "tests/graph/plan/written.h"
#include "tests/planning.h"

namespace chronograd::test {
namespace {

using Tensors = std::vector<Tensor>;

const Tensor a = halves({32, 4});
const Tensor w = halves({4, 64});
const Tensor v = halves({64, 64});

/// What the fused kernels of a plan store, those of [32, 64] and of one number for each row.
std::string stored(const plan::Plan& plan) {
  std::string text;
  for (const plan::Plan::Task& task : plan.tasks) {
    const auto* fused = std::get_if<plan::Plan::Fused>(&task);
    if (fused == nullptr) continue;
    int whole = 0;
    int of_rows = 0;
    for (const detail::Store& store : fused->program->stores) {
      ++(store.to.strides[1] == 0 ? of_rows : whole);
    }
    text += fmt::format("{} instructions, stores {} and {} of rows\n", fused->program->code.size(),
                        whole, of_rows);
  }
  return text;
}

/// Rows less their mean, and with a standard deviation of 1.
struct Normalised {
  explicit Normalised(const Tensor& x)
      : centred(x - mean(x, -1, true)), rows(centred * rsqrt(mean(square(centred), -1, true))) {}
  Tensor centred;
  Tensor rows;
};

TEST_CASE("normalised rows are computed again of centred ones that are kept anyway") {
  CHECK(stored(plan_of([] {
          const Normalised x{matmul(a, w)};
          const Tensor y = matmul(tanh(x.rows), v);
          return Tensors{y * x.rows + x.centred};
        })) ==
        "7 instructions, stores 2 and 1 of rows\n"
        "3 instructions, stores 1 and 0 of rows\n");
}

TEST_CASE("where something else needs them they are stored, but not read beside the centred ones") {
  CHECK(stored(plan_of([] {
          const Normalised x{matmul(a, w)};
          const Tensor y = matmul(x.rows, v);
          return Tensors{y * x.rows + x.centred};
        })) ==
        "6 instructions, stores 2 and 1 of rows\n"
        "3 instructions, stores 1 and 0 of rows\n");
  CHECK(stored(plan_of([] {
          const Normalised x{matmul(a, w)};
          const Tensor y = matmul(x.rows, v);
          return Tensors{y * x.rows};
        })) ==
        "6 instructions, stores 1 and 0 of rows\n"
        "1 instructions, stores 1 and 0 of rows\n");
}

TEST_CASE("what is made of something computed again is, too") {
  CHECK(stored(plan_of([] {
          const Tensor x = tanh(matmul(a, w));
          const Tensor twice = x * 2;
          const Tensor more = twice + 1;
          const Tensor y = matmul(sigmoid(more), v);
          return Tensors{y * twice + y * more + y * x};
        })) ==
        "4 instructions, stores 2 and 0 of rows\n"
        "7 instructions, stores 1 and 0 of rows\n");
}

TEST_CASE("what takes long is kept") {
  CHECK(stored(plan_of([] {
          const Tensor x = tanh(matmul(a, w));
          const Tensor slow = exp(x);
          const Tensor y = matmul(sigmoid(slow), v);
          return Tensors{y * slow + x};
        })) ==
        "3 instructions, stores 3 and 0 of rows\n"
        "2 instructions, stores 1 and 0 of rows\n");
}

TEST_CASE("what is made of numbers that nothing else keeps is kept") {
  CHECK(stored(plan_of([] {
          const Tensor x = tanh(matmul(a, w));
          const Tensor twice = x * 2;
          const Tensor y = matmul(sigmoid(twice), v);
          return Tensors{y * twice};
        })) ==
        "3 instructions, stores 2 and 0 of rows\n"
        "1 instructions, stores 1 and 0 of rows\n");
}

TEST_CASE("what is held has its numbers") {
  CHECK(stored(plan_of([] {
          const Tensor x = tanh(matmul(a, w));
          const Tensor twice = x * 2;
          const Tensor y = matmul(sigmoid(twice), v);
          return Tensors{y * twice, x, twice};
        })) ==
        "3 instructions, stores 3 and 0 of rows\n"
        "1 instructions, stores 1 and 0 of rows\n");
}

TEST_CASE("what one of its readers could not compute as well is kept for all") {
  CHECK(stored(plan_of([] {
          const Tensor x = tanh(matmul(a, w));
          const Tensor y = sigmoid(x);
          const Tensor product = x * y;
          const Tensor first = matmul(exp(product), v);
          const Tensor second = matmul(tanh(first * product * x * y), v);
          return Tensors{second * product};
        })) ==
        "4 instructions, stores 4 and 0 of rows\n"
        "4 instructions, stores 1 and 0 of rows\n"
        "1 instructions, stores 1 and 0 of rows\n");
}

TEST_CASE("a value that nothing runs with is kept") {
  const Tensor x = halves({32, 64});
  CHECK(stored(plan_of([&] {
          const Tensor twice = x * 2;
          return Tensors{matmul(a, w) * twice + matmul(x, v) * tanh(matmul(x, v) * twice)};
        })) ==
        "1 instructions, stores 1 and 0 of rows\n"
        "5 instructions, stores 1 and 0 of rows\n");
}

TEST_CASE("a fused kernel computes a limited number of values again") {
  CHECK(stored(plan_of([&] {
          const Tensor x = tanh(matmul(a, w));
          Tensors more;
          for (int k = 1; k < 12; ++k) more.push_back(x + k);
          Tensor all = x;
          for (const Tensor& one : more) all = all + exp(one);
          const Tensor y = matmul(all, v);
          Tensor result = x * y;
          for (const Tensor& one : more) result = result + y * one;
          return Tensors{result};
        })) ==
        "34 instructions, stores 5 and 0 of rows\n"
        "31 instructions, stores 1 and 0 of rows\n");
}

TEST_CASE("what is computed again is what it was") {
  const auto compute = [](bool planned) {
    const Planning planning{planned};
    const Tape tape{Tape::forward_only};  // which keeps nothing for a gradient
    std::vector<float> numbers(32 * 4);
    for (std::size_t k = 0; k < numbers.size(); ++k) numbers[k] = 1 / (2 + static_cast<float>(k));
    const Tensor first = Tensor::adopt(std::move(numbers), {32, 4});
    std::vector<float> more(4 * 64);
    for (std::size_t k = 0; k < more.size(); ++k) more[k] = 1 / (3 + static_cast<float>(k));
    const Normalised x{matmul(first, Tensor::adopt(std::move(more), {4, 64}))};
    const Tensor y = matmul(tanh(x.rows), v);
    const Tensor result = y * x.rows + x.centred;
    const auto values = result.values<float>();
    return std::vector<float>(values.begin(), values.end());
  };
  const std::vector<float> planned = compute(true);
  const std::vector<float> alone = compute(false);
  REQUIRE(planned.size() == alone.size());
  for (std::size_t k = 0; k < planned.size(); ++k) {
    CHECK(planned[k] == doctest::Approx(alone[k]).epsilon(1e-4).scale(1));
  }
}

TEST_CASE("small values are kept") {
  const Tensor few = halves({4, 4});
  CHECK(stored(plan_of([&] {
          const Tensor x = tanh(matmul(few, w));
          const Tensor twice = x * 2;
          const Tensor y = matmul(sigmoid(twice), v);
          return Tensors{y * twice + x};
        })) ==
        "3 instructions, stores 3 and 0 of rows\n"
        "2 instructions, stores 1 and 0 of rows\n");
}

}  // namespace
}  // namespace chronograd::test
