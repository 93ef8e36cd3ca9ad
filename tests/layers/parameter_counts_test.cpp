// The reference systems have as many parameters as others build them with.
#include <doctest/doctest.h>

#include <cstdint>

#include "chronograd/layers/embedding.h"
#include "chronograd/layers/gru.h"
#include "chronograd/layers/linear.h"
#include "chronograd/layers/lstm.h"
#include "chronograd/layers/simple_rnn.h"

namespace chronograd {
namespace {

struct System {
  Random random{1};
  Parameters parameters{random};
  std::int64_t count() const {
    std::int64_t sum = 0;
    for (const Parameter& p : parameters.list()) sum += p.shape().size();
    return sum;
  }
};

TEST_CASE("forecasters of two layers of 20 have as many parameters as published") {
  const RecurrentOptions two{.layers = 2};
  const LinearOptions head{.input = 20, .output = 10};
  const System a1, a2, a3, a4;
  SimpleRNN{a1.parameters / "rnn", {.input = 1, .hidden = 20, .norm = Norm::sum}, two};
  LSTM{a2.parameters / "rnn", {.input = 1, .hidden = 20}, two};
  GRU{a3.parameters / "rnn", {.input = 1, .hidden = 20}, two};
  SimpleRNN{a4.parameters / "rnn", {.input = 1, .hidden = 20}, two};
  for (const System* s : {&a1, &a2, &a3, &a4}) Linear{s->parameters / "head", head};
  CHECK(a1.count() == 1550);
  CHECK(a2.count() == 5250);
  CHECK(a3.count() == 4110);
  CHECK(a4.count() == 1470);
}

TEST_CASE("classifiers have as many parameters as published") {
  const System b, c1, c2, d;
  LSTM{b.parameters / "lstm", {.input = 28, .hidden = 64}};
  Linear{b.parameters / "head", {.input = 64, .output = 10}};
  LSTM{c1.parameters / "lstm", {.input = 1, .hidden = 50}};
  LSTM{c2.parameters / "lstm", {.input = 1, .hidden = 50}, {.layers = 2}};
  for (const System* s : {&c1, &c2}) {
    Linear{s->parameters / "head", {.input = 50, .output = 46}};
  }
  Embedding{d.parameters / "words", {.vocabulary = 3000, .size = 50}};
  LSTM{d.parameters / "lstm", {.input = 50, .hidden = 64}, {.step = {.input_dropout = 0.2}}};
  Linear{d.parameters / "head", {.input = 64, .output = 1}};
  CHECK(b.count() == 24458);
  CHECK(c1.count() == 12746);
  CHECK(c2.count() == 32946);
  CHECK(d.count() == 179505);
}

}  // namespace
}  // namespace chronograd
