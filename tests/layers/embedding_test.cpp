#include "chronograd/layers/embedding.h"

#include <doctest/doctest.h>

#include <cmath>

#include "chronograd/ops/add.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/slice.h"
#include "chronograd/ops/square.h"
#include "tests/graph/probe.h"
#include "tests/layers/model.h"

namespace chronograd {
namespace {

using namespace test;

Tensor ids(std::initializer_list<std::int64_t> values, Shape shape) {
  return Tensor::copy_of(values, shape);
}

TEST_CASE("each id gives the row of its symbol, whatever the shape of the ids") {
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const Embedding embedding{parameters / "e", {.vocabulary = 3, .size = 2}};
  parameters.at("e/weight").set_value(Tensor::copy_of({0.0, 1.0, 10.0, 11.0, 20.0, 21.0}, {3, 2}));
  const Tensor y = embedding(ids({2, 0, 1, 2}, {2, 2}));
  CHECK(y.shape() == Shape{2, 2, 2});
  CHECK(numbers(y) == std::vector<double>{20, 21, 0, 1, 10, 11, 20, 21});
  CHECK(numbers(embedding(ids({1}, {}))) == std::vector<double>{10, 11});
  CHECK(embedding(Tensor::adopt(std::vector<std::int64_t>{}, {0, 4})).shape() == Shape{0, 4, 2});
}

TEST_CASE("gradients match finite differences, also for ids that come twice") {
  Draw draw{1};
  Random random{1};
  for (int trial = 0; trial < 4; ++trial) {
    const auto vocabulary = draw.between(1, 5);
    const Parameters parameters{random, DType::f64};
    const Embedding embedding{parameters / "e",
                              {.vocabulary = vocabulary, .size = draw.between(1, 4)}};
    const Tensor x = draw.indices(draw.shape(1, 2, 1), vocabulary);
    check_gradients(parameters, [&](std::span<const Tensor>) { return embedding(x); }, {});
  }
}

TEST_CASE("the vector of the padding id is 0, gets no gradient and tells what is real") {
  Draw draw{2};
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const Embedding embedding{parameters / "e", {.vocabulary = 3, .size = 2, .padding = 1}};
  const auto row = [](const Tensor& x) { return slice(x, 0, 1, 2); };
  const Tensor zero = zeros({1, 2}, DType::f64);
  CHECK(same_values(row(parameters.at("e/weight").value()), zero));
  scatter(parameters, draw);  // as if loaded from somewhere else
  const Tensor x = ids({2, 1, 1, 0}, {2, 2});
  CHECK(same_values(embedding(ids({1}, {1})), zero));
  CHECK(same_values(embedding.real(x), Tensor::copy_of({true, false, false, true}, {2, 2})));
  const Tape tape;
  const Tensor loss = sum(square(embedding(x))) + sum(square(embedding.logits(embedding(x))));
  const Tensor g = backward(loss, parameters).at("e/weight");
  CHECK(same_values(row(g), zero));
  CHECK(!same_values(slice(g, 0, 0, 1), zero));
  CHECK_THROWS_AS(embedding(ids({3}, {1})), IndexError);
}

TEST_CASE("logits are the products with all vectors, of one weight") {
  Draw draw{3};
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const Embedding embedding{parameters / "e", {.vocabulary = 4, .size = 3}};
  const Tensor x = draw.tensor({2, 3});
  const Matrix found{embedding.logits(x)}, xs{x}, w{parameters.at("e/weight").value()};
  for (std::int64_t b = 0; b < 2; ++b) {
    for (std::int64_t v = 0; v < 4; ++v) {
      double wanted = 0;
      for (std::int64_t k = 0; k < 3; ++k) wanted += xs(b, k) * w(v, k);
      CHECK(near(found(b, v), wanted));
    }
  }
  const std::vector<Tensor> inputs{x};
  const GradientCheck check = check_gradient(
      [&](std::span<const Tensor> in) {
        return embedding.logits(in[0] + embedding(ids({1, 3}, {2})));
      },
      parameters, inputs);
  CHECK_MESSAGE(check, check.message);
  CHECK(parameters.size() == 1);
}

TEST_CASE("a padding id that is none is named") {
  Random random{1};
  const Parameters parameters{random};
  CHECK(message_before_place<ValueError>([&] {
          Embedding(parameters / "a", {.vocabulary = 3, .size = 2, .padding = 3});
        }) == "Embedding: padding = 3 and vocabulary = 3; the padding must be one of its ids");
  CHECK(parameters.size() == 0);
  const Embedding embedding{parameters / "a", {.vocabulary = 3, .size = 2}};
  CHECK(message_of<ValueError>([&] { embedding.real(ids({1}, {1})); })
            .starts_with(
                "Embedding: no padding id, which tells what is real; give the option padding"));
}

TEST_CASE("first vectors are small") {
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const Embedding embedding{parameters / "e", {.vocabulary = 50, .size = 20}};
  double largest = 0;
  for (const double v : numbers(parameters.at("e/weight").value())) {
    largest = std::max(largest, std::abs(v));
  }
  CHECK(largest <= 0.05);
  CHECK(largest > 0.045);
}

TEST_CASE("an id outside of the vocabulary is named") {
  Random random{1};
  const Parameters parameters{random};
  const Embedding embedding{parameters / "e", {.vocabulary = 3, .size = 2}};
  for (const std::int64_t bad : {std::int64_t{3}, std::int64_t{-1}}) {
    const std::string message = message_of<IndexError>([&] {
      const Tape tape;
      embedding(ids({0, bad}, {2})).values<float>();
    });
    CHECK(message.starts_with("gather: "));
    CHECK(message.find(std::to_string(bad)) != std::string::npos);
  }
}

TEST_CASE("sizes that were not given are asked for, and ids must be integers") {
  Random random{1};
  const Parameters parameters{random};
  CHECK(message_before_place<ValueError>([&] { Embedding(parameters / "a", {.size = 2}); }) ==
        "Embedding: vocabulary = 0; give a size of at least 1");
  CHECK(message_before_place<ValueError>([&] { Embedding(parameters / "b", {.vocabulary = 2}); }) ==
        "Embedding: size = 0; give a size of at least 1");
  const Embedding embedding{parameters / "c", {.vocabulary = 2, .size = 2}};
  CHECK_THROWS_AS(embedding(Tensor::scalar(1)), DTypeError);
}

}  // namespace
}  // namespace chronograd
