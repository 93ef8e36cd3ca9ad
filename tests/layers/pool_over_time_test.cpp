#include "chronograd/layers/pool_over_time.h"

#include <doctest/doctest.h>

#include <vector>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/full.h"
#include "tests/graph/probe.h"
#include "tests/layers/model.h"

namespace chronograd {
namespace {

using namespace test;

TEST_CASE("only real steps count, and of none the result is 0") {
  const double nan = not_a_number;
  const Tensor xs = Tensor::copy_of({-1., 5., nan, -3., nan, nan}, {2, 3, 1});
  const Tensor lengths = Tensor::copy_of<std::int64_t>({2, 1, 0}, {3});
  const Tape tape;
  const Tensor largest = max_over_time(xs, lengths), mean = mean_over_time(xs, lengths);
  CHECK(numbers(largest) == std::vector<double>{-1, 5, 0});
  CHECK(numbers(mean) == std::vector<double>{-2, 5, 0});
  const Tensor g = gradient(sum(largest) + sum(mean), xs);
  CHECK(numbers(g) == std::vector<double>{1.5, 2, 0, 0.5, 0, 0});
  CHECK(numbers(max_over_time(Tensor::copy_of({1., 2.}, {2, 1}))) == std::vector<double>{2});
  CHECK(numbers(mean_over_time(Tensor::copy_of({1., 2.}, {2, 1}))) == std::vector<double>{1.5});
  CHECK(numbers(max_over_time(zeros({0, 1}, DType::f64))) == std::vector<double>{0});
}

TEST_CASE("gradients match finite differences") {
  Draw draw{1};
  const Tensor lengths = Tensor::copy_of<std::int64_t>({3, 1}, {2});
  const std::vector<Tensor> inputs{draw.distinct({3, 2, 4})};
  const GradientCheck check = check_gradient(
      [&](std::span<const Tensor> x) {
        return max_over_time(x[0], lengths) + mean_over_time(x[0], lengths);
      },
      inputs);
  CHECK_MESSAGE(check, check.message);
}

TEST_CASE("lengths that do not fit are named") {
  CHECK(message_before_place<ShapeError>([] {
          max_over_time(zeros({3, 2}), zeros({3}, DType::i64));
        }) == "max_over_time: lengths [3] for a batch of 2; they must be [2]");
  CHECK(message_before_place<ShapeError>([] { mean_over_time(zeros({3})); }) ==
        "mean_over_time: a sequence [3]; it must be [time, batch, ..]");
}

}  // namespace
}  // namespace chronograd
