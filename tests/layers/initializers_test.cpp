#include "chronograd/layers/initializers.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "tests/graph/probe.h"
#include "tests/layers/model.h"

namespace chronograd {
namespace {

using namespace test;

std::vector<double> drawn(const Initializer& initializer, Shape shape, std::uint64_t key = 1) {
  RandomStream stream{key};
  std::vector<double> values(static_cast<std::size_t>(shape.size()), not_a_number);
  initializer(values, shape, stream);
  return values;
}

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double v : values) sum += v;
  return sum / static_cast<double>(values.size());
}

TEST_CASE("a constant initialiser fills the parameter") {
  CHECK(drawn(init::zeros(), {2}) == std::vector<double>{0, 0});
  CHECK(drawn(init::ones(), {2}) == std::vector<double>{1, 1});
  CHECK(drawn(init::constant(-0.5), {1, 2}) == std::vector<double>{-0.5, -0.5});
}

TEST_CASE("uniform numbers lie in their bounds and fill them") {
  const auto values = drawn(init::uniform(-1, 3), {4000});
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  CHECK(*low >= -1);
  CHECK(*low < -0.98);
  CHECK(*high < 3);
  CHECK(*high > 2.98);
  CHECK(std::abs(mean_of(values) - 1) < 0.11);
}

TEST_CASE("normal numbers have the mean and the deviation asked for") {
  auto values = drawn(init::normal(2, 0.5), {10000});
  CHECK(std::abs(mean_of(values) - 2) < 0.03);
  for (double& v : values) v = (v - 2) * (v - 2);
  CHECK(std::abs(std::sqrt(mean_of(values)) - 0.5) < 0.02);
}

TEST_CASE("glorot's bound comes from both fans, leading axes counting into both") {
  struct Case {
    Shape shape;
    double limit;
  };
  for (const Case& c :
       {Case{{30, 70}, std::sqrt(6.0 / 100)}, Case{{5, 10, 20}, std::sqrt(6.0 / 150)},
        Case{{600}, std::sqrt(6.0 / 1200)}}) {
    double largest = 0;
    for (const double v : drawn(init::glorot_uniform(), c.shape)) {
      largest = std::max(largest, std::abs(v));
    }
    CHECK(largest <= c.limit);
    CHECK(largest > 0.97 * c.limit);
  }
}

TEST_CASE("the shorter side of an orthogonal matrix is orthonormal, times the gain") {
  for (const Shape& shape : {Shape{6, 6}, Shape{3, 8}, Shape{9, 4}, Shape{1, 5}, Shape{2, 3, 4}}) {
    const auto q = drawn(init::orthogonal(2), shape);
    const auto columns = static_cast<std::size_t>(shape[-1]);
    const std::size_t rows = q.size() / columns;
    const bool wide = rows <= columns;
    for (std::size_t i = 0; i < std::min(rows, columns); ++i) {
      for (std::size_t j = 0; j < std::min(rows, columns); ++j) {
        double dots = 0;
        for (std::size_t k = 0; k < std::max(rows, columns); ++k) {
          dots += wide ? q[i * columns + k] * q[j * columns + k]
                       : q[k * columns + i] * q[k * columns + j];
        }
        CHECK(near(dots, i == j ? 4.0 : 0.0, 1e-10));
      }
    }
  }
}

TEST_CASE("an orthogonal vector is refused") {
  CHECK(message_of<ShapeError>([] { drawn(init::orthogonal(), {4}); }) ==
        "orthogonal: a weight of shape [4]; it must have two axes or more");
  CHECK(drawn(init::orthogonal(), {0, 4}).empty());
  CHECK(drawn(init::glorot_uniform(), {0, 0}).empty());
}

TEST_CASE("each block of columns has an initialiser of its own") {
  CHECK(drawn(init::blocks({init::zeros(), init::constant(1), init::zeros()}), {6}) ==
        std::vector<double>{0, 0, 1, 1, 0, 0});
  CHECK(drawn(init::blocks({init::constant(1), init::constant(2)}), {2, 4}) ==
        std::vector<double>{1, 1, 2, 2, 1, 1, 2, 2});
  const auto drawn_alone = drawn(init::orthogonal(), {3, 3});
  const auto first_block = drawn(init::blocks({init::orthogonal(), init::zeros()}), {3, 6});
  for (std::size_t row = 0; row < 3; ++row) {
    for (std::size_t k = 0; k < 3; ++k) CHECK(first_block[6 * row + k] == drawn_alone[3 * row + k]);
  }
  CHECK(drawn(init::blocks({init::ones(), init::ones()}), {0, 4}).empty());
}

TEST_CASE("blocks that do not divide the columns are refused") {
  CHECK(message_of<ShapeError>([] {
          drawn(init::blocks({init::ones(), init::ones()}), {2, 3});
        }) == "blocks: a weight of shape [2, 3] for 2 blocks; its last axis must divide into them");
  CHECK(message_of<ShapeError>([] { drawn(init::blocks({}), {2}); }) ==
        "blocks: a weight of shape [2] for 0 blocks; its last axis must divide into them");
}

TEST_CASE("first values depend on the seed and the path, not on the order of layers") {
  const auto made = [](std::uint64_t seed, std::vector<std::string> order) {
    Random random{seed};
    const Parameters parameters{random};
    for (const std::string& name : order) {
      (parameters / name).parameter("w", {4, 4}, init::orthogonal());
    }
    return parameters.snapshot();
  };
  const auto first = made(1, {"a", "b"});
  const auto swapped = made(1, {"b", "a"});
  CHECK(same_values(first.at("a/w"), swapped.at("a/w")));
  CHECK(same_values(first.at("b/w"), swapped.at("b/w")));
  CHECK(!same_values(first.at("a/w"), first.at("b/w")));
  CHECK(!same_values(first.at("a/w"), made(2, {"a", "b"}).at("a/w")));
}

}  // namespace
}  // namespace chronograd
