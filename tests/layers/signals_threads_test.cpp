#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

#include "chronograd/autodiff/backward.h"
#include "chronograd/graph/tape.h"
#include "chronograd/layers/linear.h"
#include "chronograd/layers/lstm.h"
#include "chronograd/ops/cross_entropy.h"
#include "chronograd/optim/adam.h"
#include "chronograd/optim/clip.h"
#include "tests/send_signals.h"

namespace chronograd {
namespace {

constexpr std::int64_t time = 6, batch = 32, input = 90, hidden = 256, classes = 5;

struct Classifier {
  explicit Classifier(const Scope& scope)
      : lstm{scope / "lstm", {.input = input, .hidden = hidden}},
        output{scope / "output", {.input = hidden, .output = classes}} {}

  Tensor loss(const Tensor& xs, const Tensor& labels) const {
    return cross_entropy(output(lstm(xs).last[0].h), labels);
  }

  LSTM lstm;
  Linear output;
};

// The losses of a small training, and of the trained model without a gradient.
std::vector<double> train_and_score(int steps) {
  Random random{7};
  Parameters parameters{random};
  const Classifier model{parameters / "model"};
  Adam adam{parameters, {.rate = 1e-3}};
  std::vector<float> numbers(time * batch * input);
  for (std::size_t k = 0; k < numbers.size(); ++k) {
    numbers[k] = static_cast<float>(k * 2654435761u % 1000) / 500 - 1;
  }
  std::vector<std::int64_t> labels(batch);
  for (std::size_t k = 0; k < labels.size(); ++k)
    labels[k] = static_cast<std::int64_t>(k % classes);
  const Tensor xs = Tensor::adopt(std::move(numbers), {time, batch, input});
  const Tensor ys = Tensor::adopt(std::move(labels), {batch});
  std::vector<double> losses;
  for (int step = 0; step < steps; ++step) {
    Tape tape{random};
    const Tensor loss = model.loss(xs, ys);
    adam.step(clip_norm(backward(loss, parameters), 1.0));
    losses.push_back(loss.item());
  }
  for (int step = 0; step < steps; ++step) {
    const Tape tape{Tape::forward_only};
    losses.push_back(model.loss(xs, ys).item());
  }
  return losses;
}

TEST_CASE(
    "a training and a scoring under signals find the stack where it belongs, and no other bits") {
  if (!test::signals_come_at_once) {
    MESSAGE("skipped: this sanitizer delays signals");
    return;
  }
  const std::vector<double> expected = train_and_score(12);
  CHECK(expected.back() < expected.front());
  const test::SendSignals signals;
  for (int repeat = 0; repeat < 10 && signals.handled() < 100; ++repeat) {
    CHECK(train_and_score(12) == expected);
  }
  CHECK(signals.handled() >= 100);
  CHECK(signals.astray() == 0);
}

}  // namespace
}  // namespace chronograd
