#include "chronograd/layers/gru_cell.h"

#include <doctest/doctest.h>

#include <cmath>

#include "chronograd/graph/annotate.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/sub.h"
#include "tests/graph/probe.h"
#include "tests/layers/model.h"

namespace chronograd {
namespace {

using namespace test;

/// A step in plain loops.
double expected(const Parameters& parameters, const Matrix& x, const Matrix& h, std::int64_t row,
                std::int64_t k, bool reset_after) {
  const Matrix w{parameters.at("cell/kernel").value()};
  const Matrix u{parameters.at("cell/recurrent").value()};
  const Matrix b{parameters.at("cell/bias").value()};
  const std::int64_t hidden = h.columns;
  const auto recurrent_bias = [&](std::int64_t column) {
    return reset_after ? Matrix{parameters.at("cell/recurrent_bias").value()}(0, column) : 0.0;
  };
  const auto gate = [&](std::int64_t column) {
    return logistic(dot(x, row, w, column) + b(0, column) + dot(h, row, u, column) +
                    recurrent_bias(column));
  };
  const std::int64_t column = 2 * hidden + k;
  double candidate = dot(x, row, w, column) + b(0, column);
  if (reset_after) {
    candidate += gate(k) * (dot(h, row, u, column) + recurrent_bias(column));
  } else {
    for (std::int64_t j = 0; j < hidden; ++j) candidate += gate(j) * h(row, j) * u(j, column);
  }
  const double z = gate(hidden + k);
  return z * h(row, k) + (1 - z) * std::tanh(candidate);
}

TEST_CASE("a step is what the equations say, in both forms") {
  Draw draw{1};
  Random random{1};
  for (int trial = 0; trial < 6; ++trial) {
    const bool reset_after = trial % 2 == 0;
    const auto batch = draw.between(1, 4), input = draw.between(1, 5), hidden = draw.between(1, 5);
    const Parameters parameters{random, DType::f64};
    const GRUCell cell{parameters / "cell",
                       {.input = input, .hidden = hidden, .reset_after = reset_after}};
    scatter(parameters, draw);
    const Tensor x = draw.tensor({batch, input});
    const Tensor h = draw.tensor({batch, hidden});
    const Tensor next = cell.step(x, {.h = h}).h;
    REQUIRE(next.shape() == Shape{batch, hidden});
    const Matrix xs{x}, hs{h}, found{next};
    for (std::int64_t row = 0; row < batch; ++row) {
      for (std::int64_t k = 0; k < hidden; ++k) {
        CHECK(near(found(row, k), expected(parameters, xs, hs, row, k, reset_after)));
      }
    }
  }
}

TEST_CASE("gradients of two steps match finite differences, in both forms") {
  Draw draw{2};
  Random random{1};
  for (int trial = 0; trial < 4; ++trial) {
    const auto batch = draw.between(1, 3), input = draw.between(1, 3), hidden = draw.between(1, 3);
    const Parameters parameters{random, DType::f64};
    const GRUCell cell{parameters / "cell",
                       {.input = input, .hidden = hidden, .reset_after = trial % 2 == 0}};
    scatter(parameters, draw);
    check_gradients(
        parameters,
        [&](std::span<const Tensor> x) { return cell.step(x[1], cell.step(x[0], {.h = x[2]})).h; },
        {draw.tensor({batch, input}), draw.tensor({batch, input}), draw.tensor({batch, hidden})});
  }
}

TEST_CASE("only the form that resets after the product has a second bias") {
  Random random{1};
  const Parameters parameters{random};
  const GRUCell after{parameters / "after", {.input = 3, .hidden = 2}};
  const GRUCell before{parameters / "before", {.input = 3, .hidden = 2, .reset_after = false}};
  CHECK(parameters.size() == 7);
  CHECK(parameters.at("after/kernel").shape() == Shape{3, 6});
  CHECK(parameters.at("after/recurrent").shape() == Shape{2, 6});
  CHECK(parameters.at("after/recurrent_bias").shape() == Shape{6});
  CHECK(!parameters.contains("before/recurrent_bias"));
  CHECK(before.hidden() == 2);
}

TEST_CASE("the zero state is zero and of the model's dtype") {
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const GRUCell cell{parameters / "cell", {.input = 1, .hidden = 2}};
  CHECK(same_values(cell.zero_state(3).h, full({3, 2}, 0, DType::f64)));
}

TEST_CASE("the hidden state has its role") {
  Random random{1};
  const Parameters parameters{random};
  const GRUCell cell{parameters / "cell", {.input = 1, .hidden = 2}};
  const Tape tape;
  CHECK(role_of(cell.step(full({1, 1}, 1), cell.zero_state(1)).h) == "hidden");
}

TEST_CASE("gradients with options match finite differences, in both forms") {
  Draw draw{3};
  Random random{1};
  for (const bool reset_after : {true, false}) {
    for (const Norm norm : {Norm::none, Norm::products, Norm::rms_products}) {
      const Parameters parameters{random, DType::f64};
      const GRUCell cell{parameters / "cell",
                         {.input = 2,
                          .hidden = 3,
                          .reset_after = reset_after,
                          .activation = sigmoid,
                          .bias = norm != Norm::none,
                          .norm = norm}};
      scatter(parameters, draw);
      check_gradients(parameters,
                      [&](std::span<const Tensor> x) { return cell.step(x[0], {.h = x[1]}).h; },
                      {draw.tensor({2, 2}), draw.tensor({2, 3})});
    }
  }
}

TEST_CASE("products may read another h than is carried, which stays whole") {
  Draw draw{4};
  Random random{1};
  for (const bool reset_after : {true, false}) {
    const Parameters parameters{random, DType::f64};
    const GRUCell cell{parameters / "cell", {.input = 2, .hidden = 3, .reset_after = reset_after}};
    scatter(parameters, draw);
    const Tensor x = draw.tensor({2, 2});
    const Tensor read = draw.tensor({2, 3});
    const Tensor carried = draw.tensor({2, 3});
    // h' is linear in what is carried: z h + (1 - z) n.
    const Tensor a = cell.step(x, {.h = carried}, read).h;
    const Tensor b = cell.step(x, {.h = read}, read).h;
    const Tensor c = cell.step(x, {.h = carried + carried - read}, read).h;
    CHECK(near(a + a, b + c));
    CHECK(!near(a, b));
  }
}

TEST_CASE("a norm of the sum is refused, for a GRU has no such sum") {
  Random random{1};
  const Parameters parameters{random};
  CHECK(message_before_place<ValueError>(
            [&] { GRUCell(parameters / "a", {.input = 2, .hidden = 2, .norm = Norm::sum}); }) ==
        "GRU: a norm of the sum; its candidate is no plain sum of products, so that only "
        "Norm::products or Norm::rms_products can be had");
  CHECK(parameters.size() == 0);
}

TEST_CASE("sizes that were not given are asked for") {
  Random random{1};
  const Parameters parameters{random};
  CHECK(message_before_place<ValueError>([&] { GRUCell(parameters / "a", {.hidden = 2}); }) ==
        "GRU: input = 0; give a size of at least 1");
  CHECK(message_before_place<ValueError>([&] { GRUCell(parameters / "b", {.input = 2}); }) ==
        "GRU: hidden = 0; give a size of at least 1");
  CHECK(message_before_place<ValueError>([&] {
          GRUCell(parameters / "c", {.input = -1, .hidden = 1});
        }) == "GRU: input = -1; give a size of at least 1");
  const GRUCell cell{parameters / "d", {.input = 2, .hidden = 3}};
  CHECK_THROWS_AS(cell.step(full({1, 5}, 1), cell.zero_state(1)), ShapeError);
}

}  // namespace
}  // namespace chronograd
