#include "chronograd/layers/copy_mixture.h"

#include <doctest/doctest.h>

#include <vector>

#include "chronograd/ops/full.h"
#include "tests/graph/probe.h"
#include "tests/layers/model.h"

namespace chronograd {
namespace {

using namespace test;

TEST_CASE("words get what is generated and what is copied, also beyond the vocabulary") {
  const Tensor generated = Tensor::copy_of({0.25, 0.75}, {1, 2});
  const Tensor weights = Tensor::copy_of({0.5, 0.25, 0.25}, {1, 3});
  const Tensor ids = Tensor::copy_of<std::int64_t>({1, 3, 1}, {1, 3});
  const Tensor found = copy_mixture(generated, weights, ids, full({1, 1}, 0.5, DType::f64), 4);
  CHECK(numbers(found) == std::vector<double>{0.125, 0.375 + 0.375, 0, 0.125});
}

TEST_CASE("gradients match finite differences") {
  Draw draw{1};
  const Tensor ids = draw.indices({2, 3}, 5);
  const std::vector<Tensor> inputs{draw.tensor({2, 4}), draw.tensor({2, 3}), draw.tensor({2, 1})};
  const GradientCheck check = check_gradient(
      [&](std::span<const Tensor> x) { return copy_mixture(x[0], x[1], ids, x[2], 5); }, inputs);
  CHECK_MESSAGE(check, check.message);
}

TEST_CASE("ids that are no words and shapes that do not fit are refused") {
  const Tensor p = zeros({1, 2}), w = zeros({1, 1}), gate = zeros({1, 1});
  CHECK_THROWS_AS(copy_mixture(p, w, full({1, 1}, 2, DType::i64), gate, 2), IndexError);
  CHECK(message_of<ShapeError>([&] {
          copy_mixture(p, w, zeros({1, 1}, DType::i64), p, 2);
        }).starts_with("copy_mixture: generated [1, 2], weights [1, 1], ids [1, 1], gate [1, 2]"));
  CHECK_THROWS_AS(copy_mixture(p, w, zeros({1, 1}, DType::i64), gate, 1), ShapeError);
}

}  // namespace
}  // namespace chronograd
