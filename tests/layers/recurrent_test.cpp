#include "chronograd/layers/recurrent.h"

#include <doctest/doctest.h>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/layers/gru.h"
#include "chronograd/layers/lstm.h"
#include "chronograd/ops/concat.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/slice.h"
#include "tests/graph/probe.h"
#include "tests/layers/model.h"

namespace chronograd {
namespace {

using namespace test;

Tensor lengths_of(const std::vector<std::int64_t>& lengths) {
  return Tensor::copy_of(lengths, {static_cast<std::int64_t>(lengths.size())});
}

TEST_CASE("layers in both directions are unrolls whose outputs are joined") {
  Draw draw{1};
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const LSTM lstm{
      parameters / "m", {.input = 2, .hidden = 3}, {.layers = 2, .bidirectional = true}};
  const Tensor xs = draw.tensor({4, 2, 2});
  const Tensor lengths = lengths_of({4, 2});
  const auto [outputs, last] = lstm(xs, lengths);

  REQUIRE(lstm.cells().size() == 4);
  Tensor wanted = xs;
  for (const std::size_t layer : {0U, 1U}) {
    const auto forwards = unroll(lstm.cells()[2 * layer], wanted, {.lengths = lengths});
    const auto backwards =
        unroll(lstm.cells()[2 * layer + 1], wanted, {.lengths = lengths, .backwards = true});
    wanted = concat({forwards.outputs, backwards.outputs}, -1);
    CHECK(near(last[2 * layer].c, forwards.last.c));
    CHECK(near(last[2 * layer + 1].c, backwards.last.c));
  }
  CHECK(outputs.shape() == Shape{4, 2, 6});
  CHECK(near(outputs, wanted));
}

TEST_CASE("cells have their places, and later layers read both directions") {
  Random random{1};
  const Parameters parameters{random};
  const GRU gru{parameters / "m", {.input = 2, .hidden = 3}, {.layers = 2, .bidirectional = true}};
  CHECK(parameters.at("m/forwards_0/kernel").shape() == Shape{2, 9});
  CHECK(parameters.at("m/backwards_0/kernel").shape() == Shape{2, 9});
  CHECK(parameters.at("m/forwards_1/kernel").shape() == Shape{6, 9});
  CHECK(parameters.at("m/backwards_1/kernel").shape() == Shape{6, 9});
  CHECK(parameters.size() == 16);
}

TEST_CASE("padding changes nothing in either direction, not even NaN") {
  for (const double padding : {0.3, not_a_number}) {
    Draw draw{2};
    Random random{1};
    const Parameters parameters{random, DType::f64};
    const LSTM lstm{
        parameters / "m", {.input = 2, .hidden = 2}, {.layers = 2, .bidirectional = true}};
    const Tensor real = draw.tensor({3, 1, 2});
    const Tensor xs = concat({real, full({2, 1, 2}, padding, DType::f64)}, 0).detach();
    const Tape tape;
    const auto found = lstm(xs, lengths_of({3}));
    const auto wanted = lstm(real);
    CHECK(near(slice(found.outputs, 0, 0, 3), wanted.outputs));
    CHECK(same_values(slice(found.outputs, 0, 3, 5), zeros({2, 1, 4}, DType::f64)));
    for (std::size_t cell = 0; cell < 4; ++cell) {
      CHECK(near(found.last[cell].h, wanted.last[cell].h));
      CHECK(near(found.last[cell].c, wanted.last[cell].c));
    }
    const Tensor loss = sum(found.outputs);
    const Tensor wanted_loss = sum(wanted.outputs);
    const Tensor dx = gradient(loss, xs);
    CHECK(near(slice(dx, 0, 0, 3), gradient(wanted_loss, real)));
    CHECK(same_values(slice(dx, 0, 3, 5), zeros({2, 1, 2}, DType::f64)));
    const Gradients g = backward(loss, parameters);
    CHECK(g.size() == parameters.size());
    for (const auto& [path, entry] : backward(wanted_loss, parameters)) {
      CHECK(near(g.at(path), entry.gradient));
    }
  }
}

TEST_CASE("gradients match finite differences") {
  Draw draw{3};
  Random random{1};
  for (int trial = 0; trial < 2; ++trial) {
    const Parameters parameters{random, DType::f64};
    const GRU gru{parameters / "m",
                  {.input = 2, .hidden = 2, .reset_after = trial == 0},
                  {.layers = 2, .bidirectional = trial == 1}};
    scatter(parameters, draw);
    check_gradients(parameters,
                    [&](std::span<const Tensor> x) {
                      return gru(x[0], lengths_of({3, 1})).outputs;
                    },
                    {draw.tensor({3, 2, 2})});
  }
}

TEST_CASE("initial states are where the cells start") {
  Draw draw{4};
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const GRU gru{parameters / "m", {.input = 2, .hidden = 3}, {.bidirectional = true}};
  const Tensor xs = draw.tensor({4, 1, 2});
  const std::vector<GRUState> initial{{draw.tensor({1, 3})}, {draw.tensor({1, 3})}};
  const auto found = gru(xs, {}, initial);
  CHECK(near(found.last[0].h, unroll(gru.cells()[0], xs, {.initial = initial[0]}).last.h));
  CHECK(near(found.last[1].h,
             unroll(gru.cells()[1], xs, {.initial = initial[1], .backwards = true}).last.h));
}

TEST_CASE("dropout acts between layers of a training tape only") {
  Draw draw{5};
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const GRUOptions cell{.input = 2, .hidden = 8};
  const GRU one{parameters / "one", cell, {.dropout = 0.5}};
  const GRU two{parameters / "two", cell, {.layers = 2, .dropout = 0.5}};
  const Tensor xs = draw.tensor({3, 4, 2});
  const Tensor calm_one = one(xs).outputs;
  const Tensor calm_two = two(xs).outputs;
  {
    const Tape tape;
    CHECK(near(two(xs).outputs, calm_two));
  }
  Tape tape{random};
  CHECK(near(one(xs).outputs, calm_one));
  CHECK(!near(two(xs).outputs, calm_two));
}

TEST_CASE("options that make no sense are named") {
  Random random{1};
  const Parameters parameters{random};
  CHECK(message_before_place<ValueError>([&] {
          GRU(parameters / "a", {.input = 1, .hidden = 1}, {.layers = 0});
        }) == "Recurrent: layers = 0; at least 1 is needed");
  CHECK(message_before_place<ValueError>([&] {
          GRU(parameters / "a", {.input = 1, .hidden = 1}, {.dropout = 1});
        }) == "Recurrent: dropout = 1.000000; it must be at least 0 and below 1");
  for (const double dropout : {-0.1, not_a_number}) {
    CHECK_THROWS_AS(LSTM(parameters / "a", {.input = 1, .hidden = 1}, {.dropout = dropout}),
                    ValueError);
  }
  CHECK(parameters.size() == 0);
  CHECK(message_before_place<ValueError>([&] { GRU(parameters / "b", {.input = 1}); }) ==
        "GRU: hidden = 0; give a size of at least 1");
  const LSTM lstm{parameters / "c", {.input = 1, .hidden = 1}, {.bidirectional = true}};
  CHECK(message_before_place<ShapeError>([&] {
          lstm(zeros({2, 1, 1}), {}, {lstm.cells()[0].zero_state(1)});
        }) == "Recurrent: 1 initial states for 2 cells; one is needed for each");
  CHECK(message_before_place<ShapeError>([&] {
          lstm(zeros({2, 1}));
        }).starts_with("unroll: a sequence [2, 1]; it must be [time, batch, input]"));
}

TEST_CASE("a layer that was moved from says so") {
  Random random{1};
  const Parameters parameters{random};
  LSTM lstm{parameters / "m", {.input = 2, .hidden = 3}};
  const LSTM other = std::move(lstm);
  CHECK(other(zeros({4, 1, 2})).outputs.shape() == Shape{4, 1, 3});
  CHECK(message_before_place<ValueError>([&] {
          lstm(zeros({4, 1, 2}));
        }) == "Recurrent: a layer that was moved from; use the one it was moved to");
}

TEST_CASE("initial states of another batch are refused") {
  Random random{1};
  const Parameters parameters{random};
  const GRU gru{parameters / "m", {.input = 2, .hidden = 3}};
  CHECK_THROWS_AS(gru(zeros({4, 2, 2}), {}, {gru.cells()[0].zero_state(1)}), ShapeError);
}

}  // namespace
}  // namespace chronograd
