#include "chronograd/layers/step_options.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

#include "chronograd/layers/gru_cell.h"
#include "chronograd/layers/lstm_cell.h"
#include "chronograd/layers/unroll.h"
#include "chronograd/ops/at.h"
#include "chronograd/ops/compare.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/random.h"
#include "chronograd/ops/where.h"
#include "tests/graph/probe.h"
#include "tests/layers/model.h"
#include "tests/layers/own_cell.h"

namespace chronograd {
namespace {

using namespace test;

static_assert(ReadsApart<GRUCell> && ReadsApart<LSTMCell> && !ReadsApart<OwnCell>);

template <class C>
struct Model {
  Random random{1};
  Parameters parameters{random, DType::f64};
  C cell;
  explicit Model(Draw& draw) : cell(make(parameters)) { scatter(parameters, draw); }
  static C make(const Parameters& parameters) {
    if constexpr (std::is_same_v<C, OwnCell>) {
      return C{parameters / "cell", 2, 3};
    } else {
      return C{parameters / "cell", {.input = 2, .hidden = 3}};
    }
  }
};

TEST_CASE_TEMPLATE("dropout in the recurrence is one mask on x and one on what is read of h", C,
                   GRUCell, LSTMCell, OwnCell) {
  Draw draw{1};
  const Model<C> m{draw};
  const Tensor xs = draw.tensor({4, 5, 2});
  Random dice{3};
  Tape tape{dice};
  const auto found =
      detach(unroll(m.cell, xs, {.step = {.input_dropout = 0.3, .recurrent_dropout = 0.4}}));
  Random same_dice{3};
  Tape inner{same_dice};
  const Tensor of_x = dropout_mask({5, 2}, 0.3, DType::f64);
  const Tensor of_h = dropout_mask({5, 3}, 0.4, DType::f64);
  auto state = m.cell.zero_state(5);
  for (const int t : {0, 1, 2, 3}) {
    if constexpr (ReadsApart<C>) {
      state = m.cell.step(at(xs, t) * of_x, state, state.h * of_h);
    } else {
      auto read = state;
      read.h = state.h * of_h;
      state = m.cell.step(at(xs, t) * of_x, read);
    }
    CHECK(near(at(found.outputs, t), state.h));
  }
  CHECK(near(found.last.h, state.h));
}

TEST_CASE("a GRU's update gate carries the h that dropout has not touched") {
  Draw draw{2};
  const Model<GRUCell> m{draw};
  const Tensor xs = draw.tensor({3, 2, 2});
  const Matrix w{m.parameters.at("cell/kernel").value()};
  const Matrix u{m.parameters.at("cell/recurrent").value()};
  const std::vector<double> b = numbers(m.parameters.at("cell/bias").value());
  const std::vector<double> c = numbers(m.parameters.at("cell/recurrent_bias").value());
  Random dice{5};
  Tape tape{dice};
  const Tensor outputs = unroll(m.cell, xs, {.step = {.recurrent_dropout = 0.5}}).outputs.detach();
  Random same_dice{5};
  Tape inner{same_dice};
  const std::vector<double> mask = numbers(dropout_mask({2, 3}, 0.5, DType::f64));

  std::vector<double> h(6, 0);
  for (const int t : {0, 1, 2}) {
    std::vector<double> read = h;
    for (std::size_t k = 0; k < 6; ++k) read[k] *= mask[k];
    const Matrix x{at(xs, t).detach()};
    const Matrix r{Tensor::copy_of(read, {2, 3})};
    const auto of_x = [&](std::int64_t row, std::int64_t column) {
      return dot(x, row, w, column) + b[static_cast<std::size_t>(column)];
    };
    const auto of_h = [&](std::int64_t row, std::int64_t column) {
      return dot(r, row, u, column) + c[static_cast<std::size_t>(column)];
    };
    for (std::int64_t row = 0; row < 2; ++row) {
      for (std::int64_t k = 0; k < 3; ++k) {
        const double reset = logistic(of_x(row, k) + of_h(row, k));
        const double z = logistic(of_x(row, k + 3) + of_h(row, k + 3));
        const double n = std::tanh(of_x(row, k + 6) + reset * of_h(row, k + 6));
        double& number = h[static_cast<std::size_t>(3 * row + k)];
        number = z * number + (1 - z) * n;
      }
    }
    CHECK(near(at(outputs, t), Tensor::copy_of(h, {2, 3})));
  }
}

TEST_CASE("per step there are other masks at every step") {
  Draw draw{3};
  const Model<OwnCell> m{draw};
  const Tensor xs = draw.tensor({3, 4, 2});
  Random dice{3};
  Tape tape{dice};
  const Tensor outputs =
      unroll(m.cell, xs,
             {.step = {.input_dropout = 0.3, .recurrent_dropout = 0.4, .per_step = true}})
          .outputs.detach();
  Random same_dice{3};
  Tape inner{same_dice};
  const Tensor of_x = dropout_mask({3, 4, 2}, 0.3, DType::f64);
  const Tensor of_h = dropout_mask({3, 4, 3}, 0.4, DType::f64);
  auto state = m.cell.zero_state(4);
  for (const int t : {0, 1, 2}) {
    auto read = state;
    read.h = state.h * at(of_h, t);
    state = m.cell.step(at(xs, t) * at(of_x, t), read);
    CHECK(near(at(outputs, t), state.h));
  }
}

TEST_CASE("zoneout keeps numbers of the step before, of h and of the rest at their own rates") {
  Draw draw{4};
  const Model<LSTMCell> m{draw};
  const Tensor xs = draw.tensor({3, 4, 2});
  Random dice{3};
  Tape tape{dice};
  const auto found = detach(unroll(m.cell, xs, {.step = {.zoneout = 0.4, .zoneout_h = 0.3}}));
  Random same_dice{3};
  Tape inner{same_dice};
  const Tensor of_h = random_uniform({3, 4, 3}) < 0.3;
  const Tensor of_c = random_uniform({3, 4, 3}) < 0.4;
  auto state = m.cell.zero_state(4);
  for (const int t : {0, 1, 2}) {
    const auto next = m.cell.step(at(xs, t), state);
    state = {where(at(of_h, t), state.h, next.h), where(at(of_c, t), state.c, next.c)};
    CHECK(near(at(found.outputs, t), state.h));
  }
  CHECK(near(found.last.c, state.c));
}

TEST_CASE("outside training zoneout is its mean and dropout nothing") {
  Draw draw{5};
  const Model<LSTMCell> m{draw};
  const Tensor xs = draw.tensor({3, 4, 2});
  const auto found = unroll(
      m.cell, xs,
      {.step = {
           .input_dropout = 0.5, .recurrent_dropout = 0.5, .zoneout = 0.4, .zoneout_h = 0.25}});
  auto state = m.cell.zero_state(4);
  for (const int t : {0, 1, 2}) {
    const auto next = m.cell.step(at(xs, t), state);
    state = {0.25 * state.h + 0.75 * next.h, 0.4 * state.c + 0.6 * next.c};
    CHECK(near(at(found.outputs, t), state.h));
  }
}

struct CountingState {
  Tensor h;
  Tensor count;
};
struct CountingCell {
  CountingState zero_state(std::int64_t batch) const {
    return {zeros({batch, 2}), zeros({batch, 1}, DType::i64)};
  }
  CountingState step(const Tensor& x, const CountingState& s) const { return {x, s.count + 1}; }
};

TEST_CASE("members that are not floating stay out of zoneout") {
  Random dice{1};
  Tape tape{dice};
  const auto found = unroll(CountingCell{}, zeros({6, 1, 2}), {.step = {.zoneout = 0.9}});
  CHECK(found.last.count.item_as_integer() == 6);
}

TEST_CASE("rates out of range are named") {
  Draw draw{1};
  const Model<OwnCell> m{draw};
  CHECK(message_before_place<ValueError>([&] {
          unroll(m.cell, zeros({1, 1, 2}, DType::f64), {.step = {.recurrent_dropout = 1}});
        }) == "unroll: step.recurrent_dropout = 1.000000; it must be at least 0 and below 1");
  for (const double rate : {-0.1, 1.5, not_a_number}) {
    const auto run = [&](const StepOptions& step) {
      unroll(m.cell, zeros({1, 1, 2}, DType::f64), {.step = step});
    };
    CHECK_THROWS_AS(run({.input_dropout = rate}), ValueError);
    CHECK_THROWS_AS(run({.zoneout = rate}), ValueError);
    CHECK_THROWS_AS(run({.zoneout_h = rate}), ValueError);
  }
}

}  // namespace
}  // namespace chronograd
