// Whole trainings, planned and node by node.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "chronograd/autodiff/backward.h"
#include "chronograd/autodiff/detail/batch.h"
#include "chronograd/graph/tape.h"
#include "chronograd/layers/attention.h"
#include "chronograd/layers/embedding.h"
#include "chronograd/layers/gru.h"
#include "chronograd/layers/linear.h"
#include "chronograd/layers/lstm.h"
#include "chronograd/optim/adam.h"
#include "chronograd/optim/clip.h"
#include "tests/layers/own_cell.h"
#include "tests/ops/gradient_case.h"
#include "tests/planning.h"

namespace chronograd::test {
namespace {

constexpr std::int64_t time = 6, batch = 4, input = 5, hidden = 7, output = 3;

Tensor drawn(Draw& draw, Shape shape, DType dtype) { return cast(draw.tensor(shape), dtype); }

Tensor drawn_integers(Draw& draw, Shape shape, std::int64_t low, std::int64_t high) {
  std::vector<std::int64_t> values(static_cast<std::size_t>(shape.size()));
  for (std::int64_t& v : values) v = draw.between(low, high);
  return Tensor::adopt(std::move(values), shape);
}

/// What a step is about.
struct Lesson {
  Lesson(Draw& draw, DType dtype)
      : xs(drawn(draw, {time, batch, input}, dtype)),
        lengths(drawn_integers(draw, {batch}, 1, time)),
        ys(drawn(draw, {time, batch, output}, dtype)),
        source(drawn_integers(draw, {draw.between(2, 4), batch}, 0, 8)),
        source_lengths(drawn_integers(draw, {batch}, 1, source.shape()[0])),
        target(drawn_integers(draw, {draw.between(2, 3), batch}, 0, 7)),
        tokens(static_cast<double>(draw.between(1, 20))) {}

  Tensor xs, lengths, ys;                 ///< numbers in, numbers out
  Tensor source, source_lengths, target;  ///< symbols
  double tokens;
};

template <class Layer>
class Regression {
 public:
  template <class Make>
  Regression(const Scope& scope, const Make& make)
      : layer_(make(scope / "layer")),
        output_(scope / "output", {.input = hidden, .output = output}) {}
  Tensor loss(const Lesson& lesson) const {
    return mse(output_(layer_(lesson.xs).outputs), lesson.ys);
  }

 private:
  Layer layer_;
  Linear output_;
};

struct DeepLSTM : Regression<LSTM> {
  explicit DeepLSTM(const Scope& scope)
      : Regression(scope, [](const Scope& s) {
          return LSTM{s, {.input = input, .hidden = hidden}, {.layers = 2, .dropout = 0.3}};
        }) {}
};

template <bool reset_after>
struct AnyGRU : Regression<GRU> {
  explicit AnyGRU(const Scope& scope)
      : Regression(scope, [](const Scope& s) {
          return GRU{s, {.input = input, .hidden = hidden, .reset_after = reset_after}};
        }) {}
};

struct NormedLSTM : Regression<Recurrent<OwnNormCell>> {
  explicit NormedLSTM(const Scope& scope)
      : Regression(scope, [](const Scope& s) {
          return Recurrent<OwnNormCell>{[](const Scope& cell, std::int64_t n) {
                                          return OwnNormCell{cell, n, hidden};
                                        },
                                        s, input};
        }) {}
};

class BothDirections {
 public:
  explicit BothDirections(const Scope& scope)
      : lstm_(scope / "lstm", {.input = input, .hidden = hidden},
              {.layers = 2, .bidirectional = true, .dropout = 0.2}),
        output_(scope / "output", {.input = 2 * hidden, .output = output}) {}
  Tensor loss(const Lesson& lesson) const {
    return mse(output_(lstm_(lesson.xs, lesson.lengths).outputs), lesson.ys);
  }

 private:
  LSTM lstm_;
  Linear output_;
};

class Translation {
 public:
  explicit Translation(const Scope& scope)
      : source_(scope / "source", {.vocabulary = 9, .size = 4}),
        target_(scope / "target", {.vocabulary = 8, .size = 4}),
        encoder_(scope / "encoder", {.input = 4, .hidden = 3}, {.bidirectional = true}),
        decoder_(scope / "decoder", {.input = 10, .hidden = 6}),
        attention_(scope / "attention", {.query = 6, .memory = 6}),
        output_(scope / "output", {.input = 6, .output = 8}) {}

  Tensor loss(const Lesson& lesson) const {
    const auto [encoded, last] =
        encoder_(dropout(source_(lesson.source), 0.1), lesson.source_lengths);
    const auto memory = attention_.remember(encoded, lesson.source_lengths);
    LSTMState state{.h = concat({last[0].h, last[1].h}, -1),
                    .c = concat({last[0].c, last[1].c}, -1)};
    Tensor h = zeros({batch, 6}, encoded.dtype());
    std::vector<Tensor> all;
    for (const Tensor& x : unstack(target_(lesson.target))) {
      state = decoder_.step(concat({x, h}, -1), state);
      all.push_back(h = attention_(state.h, memory).output);
    }
    const Tensor logits = output_(dropout(stack(all, 0), 0.2));
    return -sum(pick(log_softmax(logits), lesson.target)) / lesson.tokens;
  }

 private:
  Embedding source_;
  Embedding target_;
  LSTM encoder_;
  LSTMCell decoder_;
  LuongAttention attention_;
  Linear output_;
};

/// Each sequence recorded on its own, as long as it is.
class OneByOne {
 public:
  explicit OneByOne(const Scope& scope)
      : lstm_(scope / "lstm", {.input = input, .hidden = hidden}, {.layers = 2, .dropout = 0.2}),
        output_(scope / "output", {.input = hidden, .output = output}) {}
  Tensor loss(const Lesson& lesson) const {
    const auto lengths = lesson.lengths.values<std::int64_t>();
    Tensor loss;
    for (std::int64_t b = 0; b < batch; ++b) {
      const std::int64_t length = lengths[static_cast<std::size_t>(b)];
      const Tensor xs = slice(slice(lesson.xs, 0, 0, length), 1, b, b + 1);
      const Tensor last = lstm_(xs).last.back().h;
      const Tensor one = mse(output_(last), at(slice(lesson.ys, 1, b, b + 1), 0));
      loss = loss.has_value() ? loss + one : one;
    }
    return loss;
  }

 private:
  LSTM lstm_;
  Linear output_;
};

template <class Model>
std::vector<double> losses(DType dtype, bool planned) {
  const Planning how{planned};
  forget_plans();
  Random random{3};
  const Parameters parameters{random, dtype};
  const Model model{parameters.root()};
  Adam adam{parameters};
  Draw draw{5};
  std::vector<double> list;
  for (int step = 0; step < 50; ++step) {
    const Lesson lesson{draw, dtype};
    adam.set_rate(0.02 * std::min(1.0, (step + 1) / 10.0));
    const Tape tape{random};
    const Tensor loss = model.loss(lesson);
    if (step % 7 == 3) loss.item();
    adam.step(clip_norm(backward(loss, parameters), 1));
    list.push_back(loss.item());
  }
  return list;
}

TEST_CASE_TEMPLATE("losses of 50 steps are those of node by node", Model, DeepLSTM, AnyGRU<true>,
                   AnyGRU<false>, NormedLSTM, BothDirections, Translation, OneByOne) {
  const std::uint64_t fallbacks = plan_counters().fallbacks;
  for (const DType dtype : {DType::f64, DType::f32}) {
    CAPTURE(name(dtype));
    const auto expected = losses<Model>(dtype, false);
    const auto planned = losses<Model>(dtype, true);
    detail::smallest_batch = {.nodes = 0, .likeness = 0};
    const auto batched = losses<Model>(dtype, true);
    detail::smallest_batch = {};
    for (std::size_t step = 0; step < expected.size(); ++step) {
      CAPTURE(step);
      const double tolerance =
          (dtype == DType::f64 ? 1e-10 : 1e-5) * (1 + std::abs(expected[step]));
      CHECK(std::abs(planned[step] - expected[step]) < tolerance);
      CHECK(std::abs(batched[step] - expected[step]) < tolerance);
    }
    CHECK(std::abs(expected.front() - expected.back()) > 1e-3);
    CHECK(losses<Model>(dtype, true) == planned);
  }
  CHECK(plan_counters().fallbacks == fallbacks);
}

}  // namespace
}  // namespace chronograd::test
