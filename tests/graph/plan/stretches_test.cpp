// The pass that takes long sums in parts.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "chronograd/ops.h"
#include "tests/graph/plan/written.h"
#include "tests/planning.h"

namespace chronograd::test {
namespace {

using Tensors = std::vector<Tensor>;

constexpr std::int64_t columns = 256;

/// A recurrence like that of a gradient through time: each d(t) is computed of the one before it,
/// of other signs and no less, and what `at_each` makes of it is summed up.
template <class F>
Tensor sum_over_time(std::int64_t steps, std::int64_t rows, F at_each) {
  const Tensor weight = full({columns, columns}, -2.0 / columns);
  Tensor d = full({rows, columns}, 0.5);
  Tensor total;
  for (std::int64_t t = 0; t < steps; ++t) {
    d = tanh(matmul(d, weight));
    const Tensor more = at_each(d);
    total = total.has_value() ? total + more : more;
  }
  return total;
}

/// What a plan has besides the recurrence and copies: for each kernel, after how many steps it
/// runs.
std::string written_beside_steps(const plan::Plan& plan) {
  std::string text;
  int step = 0;
  for (const plan::Plan::Task& s : plan.tasks) {
    const std::string now = std::visit([](const auto& any) { return line(any); }, s);
    if (now.starts_with("matmul [")) {
      ++step;
    } else if (!now.starts_with("fused") && !now.starts_with("copy")) {
      text += fmt::format("{}: {}\n", step, now);
    }
  }
  return text;
}

TEST_CASE("a long sum is taken in stretches of some hundred rows, when their terms are there") {
  const Tensor x = halves({128, 8});
  CHECK(written_beside_steps(plan_of([&] {
          return Tensors{
              sum_over_time(16, 128, [&](const Tensor& d) { return matmul(transpose(x), d); })};
        })) ==
        "4: matmul x4 [8, 512] [512, 256] -> [8, 256]\n"
        "8: matmul x4 [8, 512] [512, 256] -> [8, 256]\n"
        "12: matmul x4 [8, 512] [512, 256] -> [8, 256]\n"
        "16: matmul x4 [8, 512] [512, 256] -> [8, 256]\n");
}

TEST_CASE("a mere sum is taken in shorter ones") {
  CHECK(written_beside_steps(plan_of([&] {
          return Tensors{sum_over_time(8, 64, [&](const Tensor& d) { return sum(d, 0); })};
        })) ==
        "2: sum x2 [128, 256] -> [256]\n"
        "4: sum x2 [128, 256] -> [256]\n"
        "6: sum x2 [128, 256] -> [256]\n"
        "8: sum x2 [128, 256] -> [256]\n");
}

TEST_CASE("what would be a short stretch at the end belongs to the last one") {
  CHECK(written_beside_steps(plan_of([] {
          return Tensors{sum_over_time(11, 64, [](const Tensor& d) { return sum(d, 0); })};
        })) ==
        "2: sum x2 [128, 256] -> [256]\n"
        "4: sum x2 [128, 256] -> [256]\n"
        "6: sum x2 [128, 256] -> [256]\n"
        "8: sum x2 [128, 256] -> [256]\n"
        "11: sum x3 [192, 256] -> [256]\n");
}

TEST_CASE("a sum that the cache holds as a whole is one") {
  CHECK(written_beside_steps(plan_of([] {
          return Tensors{sum_over_time(7, 64, [](const Tensor& d) { return sum(d, 0); })};
        })) == "7: sum x7 [448, 256] -> [256]\n");
}

TEST_CASE("a sum is one if its stretches would not have many more numbers than their results") {
  const Tensor x = halves({64, 512});
  CHECK(written_beside_steps(plan_of([&] {
          return Tensors{
              sum_over_time(40, 64, [&](const Tensor& d) { return matmul(transpose(x), d); })};
        })) == "40: matmul x40 [512, 2560] [2560, 256] -> [512, 256]\n");
}

TEST_CASE("a second sum of the same terms then frees nothing, and stays one, too") {
  const Tensor x = halves({64, 512});
  CHECK(written_beside_steps(plan_of([&] {
          Tensor bias;
          const Tensor weight = sum_over_time(40, 64, [&](const Tensor& d) {
            bias = bias.has_value() ? bias + sum(d, 0) : sum(d, 0);
            return matmul(transpose(x), d);
          });
          return Tensors{weight, bias};
        })) ==
        "40: matmul x40 [512, 2560] [2560, 256] -> [512, 256]\n"
        "40: sum x40 [2560, 256] -> [256]\n");
}

TEST_CASE("terms that are kept for something else are summed up as one") {
  const Tensor to_input = full({columns, 4}, 1e-3);
  CHECK(written_beside_steps(plan_of([&] {
          Tensors inputs;
          const Tensor total = sum_over_time(40, 64, [&](const Tensor& d) {
            inputs.push_back(matmul(d, to_input));
            return sum(d, 0);
          });
          inputs.push_back(total);
          return inputs;
        })) ==
        "40: sum x40 [2560, 256] -> [256]\n"
        "40: matmul x40 [2560, 256] [256, 4] -> [2560, 4]\n");
  CHECK(written_beside_steps(plan_of([&] {
          Tensors held;
          const Tensor total = sum_over_time(40, 64, [&](const Tensor& d) {
            held.push_back(d);
            return sum(d, 0);
          });
          held.push_back(total);
          return held;
        })) == "40: sum x40 [2560, 256] -> [256]\n");
}

TEST_CASE("a sum in stretches is the sum") {
  const auto compute = [](bool planned) {
    const Planning planning{planned};
    const Tape tape{Tape::forward_only};  // which keeps nothing for a gradient
    int step = 0;
    const Tensor sum = sum_over_time(40, 64, [&](const Tensor& d) {
      return matmul(transpose(full({64, 3}, ++step)), d);
    });
    const auto values = sum.values<float>();
    return std::vector<float>(values.begin(), values.end());
  };
  const std::vector<float> planned = compute(true);
  const std::vector<float> alone = compute(false);
  REQUIRE(planned.size() == alone.size());
  for (std::size_t k = 0; k < planned.size(); ++k) {
    CHECK(planned[k] == doctest::Approx(alone[k]).epsilon(1e-5));
  }
}

}  // namespace
}  // namespace chronograd::test
