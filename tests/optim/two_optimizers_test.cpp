// A generator and a discriminator on one tape, each with an optimizer.
#include "chronograd/autodiff/backward.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sigmoid.h"
#include "chronograd/ops/stop_gradient.h"
#include "chronograd/ops/sub.h"
#include "chronograd/ops/sum.h"
#include "chronograd/ops/tanh.h"
#include "chronograd/optim/adam.h"
#include "chronograd/optim/sgd.h"
#include "tests/optim/weights.h"
#include "tests/planning.h"

namespace chronograd {
namespace {

struct Pair {
  Parameters parameters = weights_of({{"d/w", {0.5, -1}}, {"g/w", {0.25, 2}}});
  Parameter d = parameters.at("d/w");
  Parameter g = parameters.at("g/w");
  SGD sgd{parameters / "d", {.rate = 0.1, .momentum = 0.9}};
  Adam adam{parameters / "g", {.rate = 0.1}};

  Tensor fake(double z) const { return tanh(g * z); }
  Tensor score(const Tensor& x) const { return sum(sigmoid(x * d)); }
};

/// Both steps on one tape; the generator's loss is of the new discriminator.
void step_on_one_tape(Pair& pair, double z) {
  const Tape tape;
  const Tensor fake = pair.fake(z);
  const Tensor loss_d = pair.score(stop_gradient(fake)) - pair.score(vector_of({1, 2}));
  pair.sgd.step(backward(loss_d, pair.parameters / "d"));
  const Tensor loss_g = -1 * pair.score(fake);
  pair.adam.step(backward(loss_g, pair.parameters / "g"));
}

void step_on_two_tapes(Pair& pair, double z) {
  {
    const Tape tape;
    const Tensor fake = pair.fake(z);
    const Tensor loss_d = pair.score(stop_gradient(fake)) - pair.score(vector_of({1, 2}));
    pair.sgd.step(backward(loss_d, pair.parameters / "d"));
  }
  const Tape tape;
  const Tensor loss_g = -1 * pair.score(pair.fake(z));
  pair.adam.step(backward(loss_g, pair.parameters / "g"));
}

void check_near(const std::map<std::string, Tensor>& a, const std::map<std::string, Tensor>& b) {
  for (const auto& item : a) {
    const auto values = b.at(item.first).values<double>();
    chronograd::check_near(item.second, {values.begin(), values.end()});
  }
}

}  // namespace

TEST_CASE("two optimizers step one after the other on one tape as on two") {
  for (const bool planned : {true, false}) {
    const test::Planning planning{planned};
    Pair one;
    Pair two;
    for (int k = 1; k <= 4; ++k) {
      step_on_one_tape(one, 0.3 * k);
      step_on_two_tapes(two, 0.3 * k);
      check_near(one.parameters.snapshot(), two.parameters.snapshot());
    }
  }
}

TEST_CASE("gradients of both losses are taken before the first step changes a weight") {
  for (const bool planned : {true, false}) {
    const test::Planning planning{planned};
    Pair pair;
    Pair expected;
    {
      const Tape tape;
      const Tensor fake = pair.fake(0.5);
      const Gradients of_d = backward(pair.score(stop_gradient(fake)), pair.parameters / "d");
      const Gradients of_g = backward(-1 * pair.score(fake), pair.parameters / "g");
      pair.sgd.step(of_d);
      pair.adam.step(of_g);
    }
    Gradients of_d;
    Gradients of_g;
    {
      const Tape tape;
      of_d = detach(backward(expected.score(expected.fake(0.5)), expected.parameters / "d"));
      of_g = detach(backward(-1 * expected.score(expected.fake(0.5)), expected.parameters / "g"));
    }
    expected.sgd.step(of_d);
    expected.adam.step(of_g);
    check_near(pair.parameters.snapshot(), expected.parameters.snapshot());
  }
}

TEST_CASE("a gradient by way of weights that a step has changed is refused by their name") {
  Pair pair;
  const Tape tape;
  const Tensor fake = pair.fake(0.5);
  const Tensor loss_d = pair.score(stop_gradient(fake));
  const Tensor loss_g = -1 * pair.score(fake);
  pair.sgd.step(backward(loss_d, pair.parameters / "d"));
  CHECK_THROWS_WITH_AS(pair.adam.step(backward(loss_g, pair.parameters / "g")),
                       doctest::Contains("the numbers of d/w that the gradient of mul"), TapeError);
  chronograd::check_near(pair.g.value(), {0.25, 2});
}

TEST_CASE("two optimizers share the gradients of one loss") {
  Pair one;
  Pair two;
  {
    const Tape tape;
    const Gradients all = backward(one.score(one.fake(0.5)), one.parameters);
    one.sgd.step(all.below(one.parameters / "d"));
    one.adam.step(all.below(one.parameters / "g"));
  }
  Gradients of_d;
  Gradients of_g;
  {
    const Tape tape;
    const Tensor loss = two.score(two.fake(0.5));
    of_d = detach(backward(loss, two.parameters / "d"));
    of_g = detach(backward(loss, two.parameters / "g"));
  }
  two.sgd.step(of_d);
  two.adam.step(of_g);
  check_near(one.parameters.snapshot(), two.parameters.snapshot());
}

}  // namespace chronograd
