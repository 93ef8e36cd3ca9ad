#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "chronograd/autodiff/backward.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/square.h"
#include "chronograd/ops/stop_gradient.h"
#include "chronograd/ops/sub.h"
#include "chronograd/ops/sum.h"
#include "chronograd/optim/accumulator.h"
#include "chronograd/optim/adam.h"
#include "chronograd/optim/clip.h"
#include "chronograd/optim/sgd.h"

// The code of docs/take-a-step.md.

namespace chronograd {
namespace {

Initializer constant(double value) {
  return [value](std::span<double> values, Shape, RandomStream&) {
    for (double& v : values) v = value;
  };
}

TEST_CASE("an effect waits for a condition") {
  Random random{1};
  const Parameters parameters{random};
  const Parameter average = parameters.root().state("average", {}, constant(2));
  for (const double number : {12.0, HUGE_VAL}) {
    const Tape tape;
    const Tensor loss = Tensor::scalar(number);

    const Tensor next = average * 0.9 + loss * 0.1;
    assign(average, next);
    const bool taken = commit_if([&] { return std::isfinite(next.item()); });

    CHECK(taken == std::isfinite(number));
    CHECK(average.value().item() == doctest::Approx(3));
  }
}

TEST_CASE("a large batch is taken in parts") {
  Random random{1};
  const Parameters parameters{random};
  const Parameter w = parameters.root().parameter("w", {}, constant(2));
  Adam adam{parameters, {.rate = 0.5, .epsilon = 0}};
  const std::vector<Tensor> parts{Tensor::scalar(3), Tensor::scalar(5)};
  const auto loss_of = [&](const Tensor& part) { return w * part; };

  Accumulator sum;
  for (const Tensor& part : parts) {
    Tape tape{random};
    sum.add(backward(loss_of(part), parameters));
  }
  adam.step(clip_norm(sum.mean(), 1.0));
  sum.clear();

  CHECK(sum.empty());
  CHECK(w.value().item() == doctest::Approx(1.5));
}

TEST_CASE("two optimizers step on one tape") {
  Random random{1};
  const Parameters parameters{random};
  const Parameter g = (parameters / "generator").parameter("w", {}, constant(2));
  const Parameter j = (parameters / "judge").parameter("w", {}, constant(3));
  SGD making{parameters / "generator", {.rate = 1}};
  SGD judging{parameters / "judge", {.rate = 1}};
  const Tensor noise = Tensor::scalar(1);
  const Tensor real = Tensor::scalar(4);
  const auto generator = [&](const Tensor& x) { return g * x; };
  const auto judge = [&](const Tensor& x) { return j * x; };

  Tape tape{random};
  const Tensor fake = generator(noise);
  judging.step(backward(judge(stop_gradient(fake)) - judge(real), parameters / "judge"));
  making.step(backward(-1 * judge(fake), parameters / "generator"));

  CHECK(j.value().item() == 3 - (2 - 4));
  CHECK(g.value().item() == 2 + 5);  // by the new judge
}

}  // namespace
}  // namespace chronograd
