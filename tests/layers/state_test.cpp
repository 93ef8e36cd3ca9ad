#include "chronograd/layers/state.h"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "chronograd/autodiff/backward.h"
#include "chronograd/layers/lstm_cell.h"
#include "chronograd/layers/unroll.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/mul.h"
#include "tests/graph/probe.h"
#include "tests/layers/model.h"

namespace chronograd {
namespace {

using namespace test;

struct One {
  Tensor h;
};
struct Three {
  Tensor h;
  Tensor c;
  Tensor m;
};
struct Nested {
  LSTMState lstm;
  Tensor h;
};
struct Eight {
  Tensor a, b, c, d, e, f, g, h;
};
struct NoOutput {
  Tensor c;
};

struct Several {
  Tensor h;
  std::vector<LSTMState> layers;
  std::array<Tensor, 2> pair;
  std::optional<LSTMState> lstm;
  std::optional<Tensor> seen;
  Tensor empty;
};
struct Numbers {
  Tensor h;
  std::vector<int> numbers;
};
struct MaybeNumber {
  Tensor h;
  std::optional<int> number;
};

static_assert(RecurrentState<Several> && detail::member_count<Several>() == 6);
static_assert(!RecurrentState<Numbers> && !RecurrentState<MaybeNumber>);
static_assert(RecurrentState<One> && RecurrentState<Nested> && RecurrentState<Eight>);
static_assert(!RecurrentState<NoOutput> && !RecurrentState<int>);
static_assert(detail::member_count<One>() == 1 && detail::member_count<Three>() == 3);
static_assert(detail::member_count<Nested>() == 2 && detail::member_count<Eight>() == 8);

Tensor number(double value) { return Tensor::scalar(value, DType::f64); }

TEST_CASE("a function is mapped over the members of several states in order") {
  const Three sum =
      map_state([](const Tensor& a, const Tensor& b) { return a + b; },
                Three{number(1), number(2), number(3)}, Three{number(10), number(20), number(30)});
  CHECK(sum.h.item() == 11);
  CHECK(sum.c.item() == 22);
  CHECK(sum.m.item() == 33);
}

TEST_CASE("states nest, and eight members fit") {
  const auto twice = [](const Tensor& t) { return t * 2; };
  const Nested nested = map_state(twice, Nested{{number(1), number(2)}, number(3)});
  CHECK(nested.lstm.h.item() == 2);
  CHECK(nested.lstm.c.item() == 4);
  CHECK(nested.h.item() == 6);
  const Eight eight = map_state(twice, Eight{number(1), number(2), number(3), number(4), number(5),
                                             number(6), number(7), number(8)});
  CHECK(eight.a.item() == 2);
  CHECK(eight.d.item() == 8);
  CHECK(eight.h.item() == 16);
}

Several several() {
  const LSTMState lstm{number(2), number(3)};
  return {number(1), {lstm, lstm}, {number(4), number(5)}, lstm, number(6), {}};
}

TEST_CASE("vectors, arrays and optionals are mapped through, and what is empty stays so") {
  const auto add = [](const Tensor& a, const Tensor& b) { return a + b; };
  const Several sum = map_state(add, several(), several());
  CHECK(sum.h.item() == 2);
  REQUIRE(sum.layers.size() == 2);
  CHECK(sum.layers[1].c.item() == 6);
  CHECK(sum.pair[1].item() == 10);
  CHECK(sum.lstm->h.item() == 4);
  CHECK(sum.seen->item() == 12);
  CHECK(!sum.empty.has_value());
  Several less = several();
  less.lstm.reset();
  less.seen.reset();
  CHECK(!map_state(add, less, less).lstm);
  CHECK(!map_state(add, less, less).seen);
}

TEST_CASE("states that hold differently many are not mapped together") {
  const auto first = [](const Tensor& a, const Tensor&) { return a; };
  Several less = several();
  less.layers.pop_back();
  CHECK(message_of<ValueError>([&] { map_state(first, several(), less); }) ==
        "map_state: a member that holds 2 beside one that holds 1; states that are mapped together "
        "must hold equally many");
  Several without = several();
  without.seen.reset();
  CHECK_THROWS_AS(map_state(first, several(), without), ValueError);
}

/// Runs two cells on top of each other, and remembers its first output in a member that may be
/// empty.
struct Two {
  LSTMCell low;
  LSTMCell high;
  Several zero_state(std::int64_t batch) const {
    const LSTMState zero = low.zero_state(batch);
    return {zero.h, {zero, zero}, {zero.h, zero.h}, {}, {}, {}};
  }
  Several step(const Tensor& x, const Several& state) const {
    Several next = state;
    next.layers[0] = low.step(x, state.layers[0]);
    next.layers[1] = high.step(next.layers[0].h, state.layers[1]);
    next.h = next.layers[1].h;
    next.pair = {state.pair[1], next.h};
    return next;
  }
};

TEST_CASE("a cell whose state has a vector, an array and empty members unrolls with padding") {
  Draw draw{1};
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const Two cell{LSTMCell{parameters / "low", {.input = 2, .hidden = 3}},
                 LSTMCell{parameters / "high", {.input = 3, .hidden = 3}}};
  const Tensor xs = draw.tensor({4, 1, 2});
  const auto all = unroll(cell, xs, {.lengths = Tensor::copy_of({std::int64_t{2}}, {1})});
  Several state = cell.zero_state(1);
  const auto x = unstack(xs);
  for (const std::size_t t : {0U, 1U}) state = cell.step(x[t], state);
  CHECK(near(all.last.h, state.h));
  CHECK(near(all.last.layers[0].c, state.layers[0].c));
  CHECK(near(all.last.pair[0], state.pair[0]));
  CHECK(!all.last.empty.has_value());

  Several shorter = cell.zero_state(1);
  shorter.layers.pop_back();
  CHECK(message_before_place<ShapeError>([&] { unroll(cell, xs, {.initial = shorter}); }) ==
        "unroll: an initial state whose member 1 is 1 states for a batch of 1; it must be 2 "
        "states, as zero_state makes it");
  Several wider = cell.zero_state(1);
  wider.layers[1].c = draw.tensor({1, 4});
  CHECK(message_before_place<ShapeError>([&] { unroll(cell, xs, {.initial = wider}); }) ==
        "unroll: an initial state whose member 1.1.1 is f64 [1, 4] for a batch of 1; it must be "
        "f64 [1, 3], as zero_state makes it");
}

/// A cell whose state holds another cell's: it puts out the running sum of an LSTM's outputs.
struct Summing {
  LSTMCell lstm;
  Nested zero_state(std::int64_t batch) const {
    const LSTMState zero = lstm.zero_state(batch);
    return {.lstm = zero, .h = zero.h};
  }
  Nested step(const Tensor& x, const Nested& state) const {
    const LSTMState next = lstm.step(x, state.lstm);
    return {.lstm = next, .h = state.h + next.h};
  }
};

TEST_CASE("a cell with a nested state unrolls, and padding holds all of it still") {
  Draw draw{1};
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const Summing cell{LSTMCell{parameters / "cell", {.input = 2, .hidden = 3}}};
  const Tensor xs = draw.tensor({4, 1, 2});
  const auto all = unroll(cell, xs, {.lengths = Tensor::copy_of({std::int64_t{2}}, {1})});
  Nested state = cell.zero_state(1);
  const auto x = unstack(xs);
  for (const std::size_t t : {0U, 1U}) state = cell.step(x[t], state);
  CHECK(near(all.last.h, state.h));
  CHECK(near(all.last.lstm.h, state.lstm.h));
  CHECK(near(all.last.lstm.c, state.lstm.c));
}

TEST_CASE("a detached state has the numbers, outlives the tape and lets no gradient through") {
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const LSTMCell cell{parameters / "cell", {.input = 1, .hidden = 2}};
  const Tensor x = full({1, 1}, 1, DType::f64);
  LSTMState carried;
  {
    const Tape tape;
    const LSTMState first = cell.step(x, cell.zero_state(1));
    carried = detach(first);
    CHECK(same_values(carried.h, first.h));
    CHECK(same_values(carried.c, first.c));
    CHECK(backward(sum(carried.h), parameters).empty());
  }
  const Tape tape;
  const Gradients found = backward(sum(cell.step(x, carried).h), parameters);
  const LSTMState constant{.h = Tensor::copy_of(carried.h.values<double>(), {1, 2}),
                           .c = Tensor::copy_of(carried.c.values<double>(), {1, 2})};
  for (const auto& [path, entry] : backward(sum(cell.step(x, constant).h), parameters)) {
    CHECK(near(found.at(path), entry.gradient));
  }
}

TEST_CASE("a vector of states is detached as one") {
  const std::vector<LSTMState> states{{number(1), number(2)}, {number(3), number(4)}};
  std::vector<LSTMState> carried;
  {
    const Tape tape;
    carried = detach(map_state([](const Tensor& t) { return t * 2; }, states));
  }
  REQUIRE(carried.size() == 2);
  CHECK(carried[1].c.item() == 8);
}

}  // namespace
}  // namespace chronograd
