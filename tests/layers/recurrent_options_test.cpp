#include "chronograd/layers/recurrent_options.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>

#include "chronograd/layers/gru.h"
#include "chronograd/layers/lstm.h"
#include "chronograd/ops/at.h"
#include "chronograd/ops/concat.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/matmul.h"
#include "chronograd/ops/sequence_mask.h"
#include "chronograd/ops/sigmoid.h"
#include "chronograd/ops/slice.h"
#include "chronograd/ops/sub.h"
#include "tests/graph/probe.h"
#include "tests/layers/model.h"

namespace chronograd {
namespace {

using namespace test;

/// A layer of GRU cells with scattered weights, and what it reads.
struct Model {
  Draw draw{1};
  Random random{1};
  Parameters parameters{random, DType::f64};
  GRU gru;
  Tensor xs;
  Tensor lengths = Tensor::copy_of({std::int64_t{4}, std::int64_t{2}}, {2});
  explicit Model(const RecurrentOptions& options)
      : gru(parameters / "m", {.input = 2, .hidden = 3}, options) {
    scatter(parameters, draw);
    xs = draw.tensor({4, 2, 2});
  }
  Tensor run(std::size_t cell, const Tensor& x, bool backwards = false) const {
    return unroll(gru.cells()[cell], x, {.lengths = lengths, .backwards = backwards}).outputs;
  }
};

TEST_CASE("both directions merge side by side, by sum, mean or product") {
  for (const Merge merge : {Merge::concat, Merge::sum, Merge::mean, Merge::mul}) {
    const Model m{{.layers = 2, .bidirectional = true, .merge = merge}};
    const auto join = [&](const Tensor& a, const Tensor& b) {
      if (merge == Merge::concat) return concat({a, b}, -1);
      return merge == Merge::mul ? a * b : merge == Merge::sum ? a + b : 0.5 * (a + b);
    };
    const Tensor middle = join(m.run(0, m.xs), m.run(1, m.xs, true));
    const Tensor wanted = join(m.run(2, middle), m.run(3, middle, true));
    CHECK(near(m.gru(m.xs, m.lengths).outputs, wanted));
  }
}

TEST_CASE("backwards every layer runs from the last step, and outputs keep the order of time") {
  const Model m{{.layers = 2, .backwards = true}};
  CHECK(m.parameters.contains("m/backwards_1/kernel"));
  CHECK(m.parameters.size() == 8);
  const auto found = m.gru(m.xs, m.lengths);
  CHECK(near(found.outputs, m.run(1, m.run(0, m.xs, true), true)));
}

TEST_CASE("what a layer reads is added to what it puts out, from the second layer on") {
  const Model m{{.layers = 3, .between = Between::residual}};
  const auto layers = m.gru.by_layer(m.xs, m.lengths);
  REQUIRE(layers.size() == 3);
  const Tensor first = m.run(0, m.xs);
  const Tensor second = first + m.run(1, first);
  CHECK(near(layers[0].outputs, first));
  CHECK(near(layers[1].outputs, second));
  CHECK(near(layers[2].outputs, second + m.run(2, second)));
  CHECK(near(m.gru(m.xs, m.lengths).last[2].h, layers[2].last[0].h));
}

TEST_CASE("a highway's gate weighs both, and lets most past at first") {
  const Model m{{.layers = 2, .between = Between::highway}};
  const Tensor x = m.run(0, m.xs);
  const Tensor t = sigmoid(matmul(x, m.parameters.at("m/highway_1/weight")) +
                           m.parameters.at("m/highway_1/bias"));
  CHECK(near(m.gru(m.xs, m.lengths).outputs, t * m.run(1, x) + (1 - t) * x));
  Random random{1};
  const Parameters fresh{random, DType::f64};
  const GRU gru{fresh / "m", {.input = 2, .hidden = 3}, {.layers = 2, .between = Between::highway}};
  CHECK(numbers(fresh.at("m/highway_1/bias").value()) == std::vector<double>{-1, -1, -1});
}

TEST_CASE("a mask stands where lengths do") {
  const Model m{{.layers = 2, .bidirectional = true}};
  CHECK(same_values(m.gru(m.xs, sequence_mask(m.lengths, 4)).outputs,
                    m.gru(m.xs, m.lengths).outputs));
}

TEST_CASE("options that make no sense are named, before there is any parameter") {
  Random random{1};
  const Parameters parameters{random};
  const auto message = [&](const RecurrentOptions& options) {
    return message_before_place<ValueError>(
        [&] { LSTM(parameters / "a", {.input = 1, .hidden = 2}, options); });
  };
  CHECK(message({.bidirectional = true, .backwards = true}) ==
        "Recurrent: backwards = true with bidirectional = true; both directions are run already");
  CHECK(message({.step = {.zoneout = 1}}) ==
        "Recurrent: step.zoneout = 1.000000; it must be at least 0 and below 1");
  CHECK(message({.step = {.recurrent_dropout = -1}}) ==
        "Recurrent: step.recurrent_dropout = -1.000000; it must be at least 0 and below 1");
  CHECK(message({.layers = -1}) == "Recurrent: layers = -1; at least 1 is needed");
  CHECK(!message({.step = {.input_dropout = not_a_number}}).empty());
  CHECK(parameters.size() == 0);
}

TEST_CASE("cells that do not fit each other are named with both sizes") {
  Random random{1};
  const Parameters parameters{random};
  const auto growing = [](const Scope& s, std::int64_t input) {
    return GRUCell{s, {.input = input, .hidden = input + 1}};
  };
  const auto message = [&](const char* place, const RecurrentOptions& options) {
    return message_before_place<ValueError>([&] {
      Recurrent<GRUCell>{growing, parameters / place, 2, options};
    });
  };
  CHECK(message("a", {.layers = 2, .between = Between::residual}) ==
        "Recurrent: between = residual past a layer that reads 3 and puts out 4 numbers; they must "
        "be equally many");
  CHECK(message("b", {.layers = 2, .between = Between::highway})
            .starts_with("Recurrent: between = highway past a layer that reads 3 and puts out 4"));
  std::int64_t size = 2;
  const auto unlike = [&](const Scope& s, std::int64_t input) {
    return GRUCell{s, {.input = input, .hidden = size++}};
  };
  CHECK(message_before_place<ValueError>([&] {
          Recurrent<GRUCell>{
              unlike, parameters / "c", 2, {.bidirectional = true, .merge = Merge::mean}};
        }) ==
        "Recurrent: merge = mean of 2 numbers forwards and 3 backwards; they must be equally many");
}

TEST_CASE("an initial state that does not fit is named by layer and member") {
  const Model m{{.layers = 2}};
  const auto zero = m.gru.cells()[0].zero_state(2);
  const auto message = message_before_place<ShapeError>([&] {
    m.gru(m.xs, {}, {zero, m.gru.cells()[1].zero_state(5)});
  });
  CHECK(message ==
        "unroll: an initial state of forwards_1 whose member 0 is f64 [5, 3] for a batch of 2; it "
        "must be f64 [2, 3], as zero_state makes it");
  const GRUState narrow{zeros({2, 3})};
  CHECK_THROWS_AS(m.gru(m.xs, {}, {zero, narrow}), DTypeError);
}

TEST_CASE("states are carried from tape to tape without their history") {
  const Model m{{.layers = 2}};
  const Tensor whole = m.gru(m.xs).outputs;
  std::vector<GRUState> carried;
  for (const int part : {0, 1}) {
    const Tape tape;
    const auto found = m.gru(slice(m.xs, 0, 2 * part, 2 * part + 2), {}, carried);
    CHECK(near(found.outputs, slice(whole, 0, 2 * part, 2 * part + 2)));
    carried = detach(found.last);
  }
}

}  // namespace
}  // namespace chronograd
