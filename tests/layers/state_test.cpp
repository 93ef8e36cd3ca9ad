#include "chronograd/layers/state.h"

#include <doctest/doctest.h>

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

}  // namespace
}  // namespace chronograd
