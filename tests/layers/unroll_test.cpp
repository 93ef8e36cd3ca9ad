#include "chronograd/layers/unroll.h"

#include <doctest/doctest.h>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/layers/gru_cell.h"
#include "chronograd/layers/lstm_cell.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/at.h"
#include "chronograd/ops/concat.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/slice.h"
#include "tests/graph/probe.h"
#include "tests/layers/model.h"

namespace chronograd {
namespace {

using namespace test;

/// xs with `padding` for the steps that are not real.
Tensor padded(const Tensor& xs, const std::vector<std::int64_t>& lengths, double padding) {
  std::vector<double> values = numbers(xs);
  const auto time = xs.shape()[0], batch = xs.shape()[1], input = xs.shape()[2];
  for (std::int64_t t = 0; t < time; ++t) {
    for (std::int64_t b = 0; b < batch; ++b) {
      if (t < lengths[static_cast<std::size_t>(b)]) continue;
      for (std::int64_t k = 0; k < input; ++k) {
        values[static_cast<std::size_t>((t * batch + b) * input + k)] = padding;
      }
    }
  }
  return Tensor::adopt(std::move(values), xs.shape());
}

Tensor lengths_of(const std::vector<std::int64_t>& lengths) {
  return Tensor::copy_of(lengths, {static_cast<std::int64_t>(lengths.size())});
}

struct Model {
  Random random{1};
  Parameters parameters{random, DType::f64};
  LSTMCell cell{parameters / "cell", {.input = 2, .hidden = 3}};
};

/// The loss that looks at all an unroll yields, each step and state with its own weight.
Tensor loss_of(const Tensor& outputs, const LSTMState& last, const Tensor& weights) {
  return sum(outputs * weights) + sum(last.h) + 2 * sum(last.c);
}

// The message without the step and line that it ends with.
template <class E, class F>
std::string message_before_step(const F& f) {
  const std::string text = message_of<E>(f);
  const std::size_t at = text.rfind(" (step ");
  return at == std::string::npos ? "no step: " + text : text.substr(0, at);
}

TEST_CASE("a sequence is the loop over its steps") {
  const Model m;
  Draw draw{1};
  const Tensor xs = draw.tensor({4, 2, 2});
  const auto [outputs, last] = unroll(m.cell, xs);
  CHECK(outputs.shape() == Shape{4, 2, 3});
  LSTMState state = m.cell.zero_state(2);
  for (const int t : steps(4)) {
    state = m.cell.step(at(xs, t), state);
    CHECK(near(at(outputs, t), state.h));
  }
  CHECK(near(last.h, state.h));
  CHECK(near(last.c, state.c));
}

TEST_CASE("backwards the loop runs from the last step, and outputs stay in the order of time") {
  const Model m;
  Draw draw{2};
  const Tensor xs = draw.tensor({4, 2, 2});
  const auto [outputs, last] = unroll(m.cell, xs, {.backwards = true});
  LSTMState state = m.cell.zero_state(2);
  for (const int t : {3, 2, 1, 0}) {
    state = m.cell.step(at(xs, t), state);
    CHECK(near(at(outputs, t), state.h));
  }
  CHECK(near(last.c, state.c));
}

TEST_CASE("padding changes nothing: outputs, states and gradients are those of each sequence") {
  const std::vector<std::int64_t> lengths{3, 5, 0, 1};
  for (const bool backwards : {false, true}) {
    for (const double padding : {0.7, not_a_number}) {
      const Model m;
      Draw draw{3};
      const Tensor whole = draw.tensor({5, 4, 2});
      const Tensor xs = padded(whole, lengths, padding);
      const Tensor weights = draw.tensor({5, 4, 3});
      const LSTMState initial{.h = draw.tensor({4, 3}), .c = draw.tensor({4, 3})};
      const Tape tape;
      const auto [outputs, last] = unroll(
          m.cell, xs, {.lengths = lengths_of(lengths), .initial = initial, .backwards = backwards});
      const Gradients found = backward(loss_of(outputs, last, weights), m.parameters);
      const Tensor dx = gradient(loss_of(outputs, last, weights), xs);

      std::vector<Tensor> alone_losses;
      for (std::int64_t b = 0; b < 4; ++b) {
        const std::int64_t n = lengths[static_cast<std::size_t>(b)];
        const auto row = [&](const Tensor& x) { return slice(x, 0, b, b + 1); };
        const auto part = [&](const Tensor& x) { return slice(slice(x, 1, b, b + 1), 0, 0, n); };
        const auto rest = [&](const Tensor& x) { return slice(slice(x, 1, b, b + 1), 0, n, 5); };
        const Tensor alone_xs = part(whole).detach();
        const auto alone =
            unroll(m.cell, alone_xs,
                   {.initial = LSTMState{row(initial.h), row(initial.c)}, .backwards = backwards});
        const Tensor loss = loss_of(alone.outputs, alone.last, part(weights));
        CHECK(near(part(outputs), alone.outputs));
        CHECK(same_values(rest(outputs), zeros({5 - n, 1, 3}, DType::f64)));
        CHECK(near(row(last.h), alone.last.h));
        CHECK(near(row(last.c), alone.last.c));
        CHECK(near(part(dx), gradient(loss, alone_xs)));
        CHECK(same_values(rest(dx), zeros({5 - n, 1, 2}, DType::f64)));
        alone_losses.push_back(loss);
      }
      const Gradients wanted = backward(sum(stack(alone_losses)), m.parameters);
      REQUIRE(found.size() == 3);
      for (const auto& [path, entry] : wanted) CHECK(near(found.at(path), entry.gradient));
    }
  }
}

TEST_CASE("gradients through lengths match finite differences") {
  Draw draw{4};
  Random random{1};
  for (int trial = 0; trial < 4; ++trial) {
    const auto time = draw.between(1, 4), batch = draw.between(1, 3), input = draw.between(1, 3);
    const Parameters parameters{random, DType::f64};
    const GRUCell cell{parameters / "cell", {.input = input, .hidden = 2}};
    scatter(parameters, draw);
    std::vector<std::int64_t> lengths;
    for (std::int64_t b = 0; b < batch; ++b) lengths.push_back(draw.between(1, time));
    check_gradients(
        parameters,
        [&](std::span<const Tensor> x) {
          const auto [outputs, last] =
              unroll(cell, x[0],
                     {.lengths = x[2], .initial = GRUState{x[1]}, .backwards = trial % 2 == 1});
          return concat({outputs, reshape(last.h, {1, batch, 2})}, 0);
        },
        {draw.tensor({time, batch, input}), draw.tensor({batch, 2}), lengths_of(lengths)});
  }
}

TEST_CASE("a sequence without steps gives back its state") {
  const Model m;
  const LSTMState initial{.h = full({2, 3}, 4, DType::f64), .c = full({2, 3}, 5, DType::f64)};
  const auto [outputs, last] = unroll(m.cell, zeros({0, 2, 2}, DType::f64), {.initial = initial});
  CHECK(outputs.shape() == Shape{0, 2, 3});
  CHECK(outputs.dtype() == DType::f64);
  CHECK(same_values(last.h, initial.h));
  CHECK(same_values(last.c, initial.c));
}

TEST_CASE("recorded nodes carry the time step") {
  const Model m;
  for (const bool backwards : {false, true}) {
    const Tape tape;
    unroll(m.cell, zeros({3, 1, 2}, DType::f64), {.backwards = backwards});
    const RecordingView recording = tape.recording();
    std::vector<int> found;
    for (OutputId output = 0; output < recording.outputs(); ++output) {
      if (recording.role(output) != "hidden") continue;
      found.push_back(recording[recording.node_of(output)].place().step);
    }
    CHECK(found == (backwards ? std::vector<int>{2, 1, 0} : std::vector<int>{0, 1, 2}));
  }
}

TEST_CASE("shapes that are no sequence and no lengths are named") {
  const Model m;
  CHECK(message_before_place<ShapeError>([&] {
          unroll(m.cell, zeros({3, 2}, DType::f64));
        }) == "unroll: a sequence [3, 2]; it must be [time, batch, input]");
  const Tensor xs = zeros({3, 2, 2}, DType::f64);
  CHECK(message_before_place<ShapeError>([&] {
          unroll(m.cell, xs, {.lengths = lengths_of({1, 2, 3})});
        }) == "unroll: lengths [3] for a batch of 2; they must be [2]");
  CHECK_THROWS_AS(unroll(m.cell, zeros({3, 2, 7}, DType::f64)), ShapeError);
}

TEST_CASE("lengths that no sequence has are refused, by their number") {
  const Model m;
  Draw draw{1};
  const Tensor xs = draw.tensor({4, 2, 2});
  const auto run = [&](const Tensor& lengths) { unroll(m.cell, xs, {.lengths = lengths}); };
  CHECK(message_of<IndexError>([&] {
          run(lengths_of({4, 5}));
        })
            .starts_with("sequence_mask: length 5 at [1]; the sequences have 4 steps, so that it "
                         "must be from 0 to 4"));
  CHECK(message_of<IndexError>([&] {
          run(lengths_of({-1, 4}));
        })
            .starts_with("sequence_mask: length "
                         "-1 at [0]; "));
  CHECK(message_of<DTypeError>([&] {
          run(Tensor::copy_of({4.0f, 2.0f}, {2}));
        }).starts_with("sequence_mask: lengths of f32; they must be i32 or i64"));
  const Tape tape;
  CHECK_THROWS_AS(run(lengths_of({4, 5})), IndexError);
  const auto [outputs, last] = unroll(m.cell, xs, {.lengths = lengths_of({3, 4}) + 1});
  CHECK_THROWS_AS(evaluate(outputs), IndexError);
}

TEST_CASE("an initial state of another batch is not repeated in silence") {
  const Model m;
  Draw draw{1};
  const Tensor xs = draw.tensor({4, 2, 2});
  const LSTMState one = m.cell.zero_state(1);
  for (const bool backwards : {false, true}) {
    CHECK(message_before_place<ShapeError>(
              [&] { unroll(m.cell, xs, {.initial = one, .backwards = backwards}); }) ==
          "unroll: an initial state whose member 0 is f64 [1, 3] for a batch of 2; it must be "
          "f64 [2, 3], as zero_state makes it");
  }
  CHECK_THROWS_AS(unroll(m.cell, xs, {.lengths = lengths_of({4, 3}), .initial = one}), ShapeError);
  const LSTMState half{.h = m.cell.zero_state(2).h, .c = one.c};
  CHECK_THROWS_AS(unroll(m.cell, xs, {.initial = half}), ShapeError);
  // A sequence of one is not repeated for the states either.
  const Tensor alone = draw.tensor({4, 1, 2});
  CHECK_THROWS_AS(unroll(m.cell, alone, {.initial = m.cell.zero_state(3)}), ShapeError);
  const LSTMState narrow{.h = zeros({2, 3}), .c = zeros({2, 3})};
  CHECK_THROWS_AS(unroll(m.cell, xs, {.initial = narrow}), DTypeError);
}

TEST_CASE("lengths and the initial state of no steps are looked at too") {
  const Model m;
  const Tensor none = zeros({0, 2, 2}, DType::f64);
  CHECK_THROWS_AS(unroll(m.cell, none, {.lengths = lengths_of({0, 0, 0})}), ShapeError);
  CHECK_THROWS_AS(unroll(m.cell, none, {.lengths = lengths_of({0, 1})}), IndexError);
  CHECK_THROWS_AS(unroll(m.cell, none, {.initial = m.cell.zero_state(1)}), ShapeError);
  CHECK(unroll(m.cell, none, {.lengths = lengths_of({0, 0})}).outputs.shape() == Shape{0, 2, 3});
}

/// A state that grows by a number from the third step on.
struct GrowingState {
  Tensor h;
  Tensor seen;
};

struct GrowingCell {
  mutable int steps = 0;
  GrowingState zero_state(std::int64_t batch) const {
    return {.h = zeros({batch, 1}), .seen = zeros({batch, 1})};
  }
  GrowingState step(const Tensor& x, const GrowingState& state) const {
    const bool grows = ++steps == 3;
    return {.h = x, .seen = grows ? concat({state.seen, x}, -1) : state.seen};
  }
};

TEST_CASE("a state that changes its shape from step to step is refused, masked or not") {
  const Tensor xs = zeros({4, 2, 1});
  for (const bool masked : {false, true}) {
    const Tensor lengths = masked ? lengths_of({4, 4}) : Tensor{};
    CHECK(
        message_before_step<ShapeError>([&] { unroll(GrowingCell{}, xs, {.lengths = lengths}); }) ==
        "unroll: a state whose member 1 is f32 [2, 1] and that step 2 makes f32 [2, 2]; a state "
        "keeps its shape and dtype from step to step");
  }
}

}  // namespace
}  // namespace chronograd
