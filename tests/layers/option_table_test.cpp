// Every cell with every option around it, alone and all at once, and one cell of the test's own.
#include <doctest/doctest.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/layers/coupled_lstm_cell.h"
#include "chronograd/layers/gru_cell.h"
#include "chronograd/layers/lstm_cell.h"
#include "chronograd/layers/peephole_lstm_cell.h"
#include "chronograd/layers/recurrent.h"
#include "chronograd/layers/simple_rnn_cell.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/slice.h"
#include "chronograd/ops/sub.h"
#include "tests/graph/probe.h"
#include "tests/layers/model.h"
#include "tests/layers/own_cell.h"
#include "tests/planning.h"

namespace chronograd {
namespace {

using namespace test;

/// A layer of any cell: xs and lengths to what can be seen of its run.
using Layer = std::function<std::vector<Tensor>(const Tensor& xs, const Tensor& lengths)>;

struct Case {
  std::string name;
  std::function<Layer(const Scope&, const RecurrentOptions&)> make;
};

template <class Factory>
Case case_of(std::string name, Factory factory) {
  return {std::move(name), [factory](const Scope& scope, const RecurrentOptions& options) -> Layer {
            using C = decltype(factory(scope, std::int64_t{1}));
            const Recurrent<C> layer{factory, scope, 2, options};
            return [layer](const Tensor& xs, const Tensor& lengths) {
              const auto found = layer(xs, lengths);
              std::vector<Tensor> seen{found.outputs};
              for (const auto& state : found.last) {
                map_state([&](const Tensor& t) { return seen.emplace_back(t); }, state);
              }
              return seen;
            };
          }};
}

std::vector<Case> cells() {
  std::vector<Case> all;
  all.push_back(case_of("own", [](const Scope& s, std::int64_t n) { return OwnCell{s, n, 3}; }));
  all.push_back(case_of("simple", [](const Scope& s, std::int64_t n) {
    return SimpleRNNCell{s, {.input = n, .hidden = 3}};
  }));
  all.push_back(case_of("lstm", [](const Scope& s, std::int64_t n) {
    return LSTMCell{s, {.input = n, .hidden = 3}};
  }));
  all.push_back(case_of("lstm with options", [](const Scope& s, std::int64_t n) {
    return LSTMCell{s,
                    {.input = n,
                     .hidden = 4,
                     .projection = 3,
                     .norm = Norm::products,
                     .norm_cell = true,
                     .clip_cell = 3}};
  }));
  all.push_back(case_of("peephole", [](const Scope& s, std::int64_t n) {
    return PeepholeLSTMCell{s, {.input = n, .hidden = 3}};
  }));
  all.push_back(case_of("coupled", [](const Scope& s, std::int64_t n) {
    return CoupledLSTMCell{s, {.input = n, .hidden = 3}};
  }));
  for (const bool after : {false, true}) {
    all.push_back(
        case_of(after ? "gru" : "gru, reset before", [after](const Scope& s, std::int64_t n) {
          return GRUCell{s, {.input = n, .hidden = 3, .reset_after = after}};
        }));
  }
  return all;
}

std::vector<RecurrentOptions> options() {
  return {{},
          {.layers = 2},
          {.bidirectional = true},
          {.backwards = true},
          {.bidirectional = true, .merge = Merge::mean},
          {.layers = 2, .dropout = 0.4},
          {.layers = 2, .between = Between::residual},
          {.layers = 2, .between = Between::highway},
          {.step = {.input_dropout = 0.4}},
          {.step = {.recurrent_dropout = 0.4}},
          {.step = {.recurrent_dropout = 0.4, .per_step = true}},
          {.step = {.zoneout = 0.4}},
          {.step = {.zoneout_h = 0.4}},
          {.layers = 2,
           .bidirectional = true,
           .merge = Merge::mul,
           .dropout = 0.2,
           .between = Between::highway,
           .step = {.input_dropout = 0.2,
                    .recurrent_dropout = 0.3,
                    .per_step = true,
                    .zoneout = 0.2,
                    .zoneout_h = 0.1}}};
}

const std::vector<std::int64_t> lengths{4, 2, 0, 3};

/// Runs each cell with each option, over four ragged steps.
struct Setting {
  Draw draw{1};
  Random random{1};
  Parameters parameters{random, DType::f64};
  Layer layer;
  Tensor xs = draw.tensor({4, 4, 2});
  Tensor real = Tensor::copy_of(lengths, {4});

  Setting(const Case& cell, const RecurrentOptions& option)
      : layer(cell.make(parameters / "m", option)) {
    scatter(parameters, draw);
  }

  Tensor loss() const {
    double weight = 1;
    Tensor total = Tensor::scalar(0, DType::f64);
    for (const Tensor& seen : layer(xs, real)) total = total + (weight += 0.5) * sum(seen * seen);
    return total;
  }
};

template <class F>
void for_all(const F& f) {
  for (const Case& cell : cells()) {
    const auto all = options();
    for (std::size_t k = 0; k < all.size(); ++k) {
      CAPTURE(cell.name);
      CAPTURE(k);
      f(Setting{cell, all[k]});
    }
  }
}

struct Slopes {
  double first;
  double second;
};

/// The loss's slope along a direction in all parameters, and the slope of that slope.
Slopes slopes(const Setting& s, const std::vector<Tensor>& direction) {
  Random dice{3};
  Tape tape{dice};
  const auto along = [&](const Gradients& gradients) {
    Tensor total = Tensor::scalar(0, DType::f64);
    std::size_t k = 0;
    for (const Parameter& p : s.parameters.list()) {
      if (gradients.contains(p)) total = total + sum(gradients.at(p) * direction[k]);
      ++k;
    }
    return total;
  };
  const Tensor first = along(backward(s.loss(), s.parameters));
  return {first.item(), along(backward(first, s.parameters)).item()};
}

void move(const Setting& s, const std::vector<Tensor>& direction, double step) {
  std::size_t k = 0;
  for (const Parameter& p : s.parameters.list()) {
    p.set_value((p.value() + step * direction[k++]).detach());
  }
}

TEST_CASE("first and second derivatives match finite differences around every cell") {
  for_all([](const Setting& s) {
    Draw draw{9};
    std::vector<Tensor> direction;
    for (const Parameter& p : s.parameters.list()) direction.push_back(draw.tensor(p.shape()));
    const Slopes found = slopes(s, direction);
    const double step = 1e-5;
    const auto value = [&] {
      Random dice{3};
      Tape tape{dice};
      return s.loss().item();
    };
    move(s, direction, step);
    const double high = value();
    const double high_slope = slopes(s, direction).first;
    move(s, direction, -2 * step);
    const double difference = (high - value()) / (2 * step);
    const double second = (high_slope - slopes(s, direction).first) / (2 * step);
    CHECK_MESSAGE(near(found.first, difference, 1e-6),
                  found.first << ", differences " << difference);
    CHECK_MESSAGE(near(found.second, second, 1e-5), found.second << ", differences " << second);
  });
}

TEST_CASE("the same seed draws the same masks, planned or not") {
  for_all([](const Setting& s) {
    std::vector<double> losses;
    std::vector<Gradients> gradients;
    for (const bool planned : {true, true, false}) {
      const Planning planning{planned};
      Random dice{3};
      Tape tape{dice};
      const Tensor loss = s.loss();
      gradients.push_back(backward(loss, s.parameters));
      losses.push_back(loss.item());
      for (const auto& [path, entry] : gradients.back()) evaluate(entry.gradient);
    }
    CHECK(losses[0] == losses[1]);
    CHECK(near(losses[0], losses[2]));
    for (const auto& [path, entry] : gradients[0]) {
      CHECK(same_values(entry.gradient, gradients[1].at(path)));
      CHECK(near(entry.gradient, gradients[2].at(path), 1e-11));
    }
  });
}

TEST_CASE("NaN in the padding changes no number and no gradient") {
  for_all([](Setting s) {
    const auto run = [&] {
      Random dice{3};
      Tape tape{dice};
      const Tensor loss = s.loss();
      std::vector<Tensor> seen{loss.detach()};
      for (const auto& [path, entry] : backward(loss, s.parameters)) {
        seen.push_back(entry.gradient.detach());
      }
      return seen;
    };
    const std::vector<Tensor> wanted = run();
    s.xs = where(detail::real_steps(s.real, {}, 4, 4, {}), s.xs, not_a_number).detach();
    const std::vector<Tensor> found = run();
    REQUIRE(found.size() == wanted.size());
    for (std::size_t k = 0; k < found.size(); ++k) CHECK(same_values(found[k], wanted[k]));
  });
}

TEST_CASE("outside training a padded sequence is each sequence alone, and none is its zero state") {
  for_all([](const Setting& s) {
    const std::vector<Tensor> whole = s.layer(s.xs, s.real);
    for (std::int64_t b = 0; b < 4; ++b) {
      const std::int64_t n = lengths[static_cast<std::size_t>(b)];
      const Tensor alone = slice(slice(s.xs, 1, b, b + 1), 0, 0, n);
      const std::vector<Tensor> wanted = s.layer(alone, {});
      CHECK(near(slice(slice(whole[0], 1, b, b + 1), 0, 0, n), wanted[0]));
      for (std::size_t k = 1; k < wanted.size(); ++k) {
        CHECK(near(slice(whole[k], 0, b, b + 1), wanted[k]));
      }
    }
  });
}

TEST_CASE("outside training the real steps of a batch are, to the bit, those of it unpadded") {
  for (const Case& cell : cells()) {
    for (const RecurrentOptions& option : options()) {
      if (option.bidirectional || option.backwards) continue;  // these read the later steps first
      CAPTURE(cell.name);
      const Setting s{cell, option};
      const Tensor padded = s.layer(s.xs, s.real)[0];
      const Tensor unpadded = s.layer(s.xs, {})[0];
      for (std::int64_t b = 0; b < 4; ++b) {
        const std::int64_t n = lengths[static_cast<std::size_t>(b)];
        const auto prefix = [&](const Tensor& t) { return slice(slice(t, 1, b, b + 1), 0, 0, n); };
        CHECK(same_values(prefix(padded), prefix(unpadded)));
      }
    }
  }
}

TEST_CASE("with rates of 0 the numbers are those without the options, to the bit") {
  for (const Case& cell : cells()) {
    CAPTURE(cell.name);
    const Setting plain{cell, {}};
    const Setting zero{cell, {.dropout = 0, .step = {.input_dropout = 0, .per_step = true}}};
    Random dice{3};
    Tape tape{dice};
    CHECK(plain.loss().item() == zero.loss().item());
  }
}

}  // namespace
}  // namespace chronograd
