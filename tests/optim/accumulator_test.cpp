#include "chronograd/optim/accumulator.h"

#include "chronograd/autodiff/backward.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sum.h"
#include "chronograd/optim/sgd.h"
#include "tests/graph/probe.h"
#include "tests/optim/weights.h"
#include "tests/planning.h"

namespace chronograd {
namespace {

/// The gradient of sum(w x) is x.
Gradients gradient_of_product(const Parameters& parameters, const std::string& path,
                              const std::vector<double>& x) {
  return backward(sum(parameters.at(path) * vector_of(x)), parameters);
}

}  // namespace

TEST_CASE("an accumulator sums gradients over tapes, weighted") {
  for (const bool planned : {true, false}) {
    const test::Planning planning{planned};
    const Parameters parameters = weights_of({{"a/w", {0, 0}}, {"b/w", {0}}});
    Accumulator sum;
    CHECK(sum.empty());
    {
      const Tape tape;
      sum.add(gradient_of_product(parameters, "a/w", {1, 2}));
    }
    {
      const Tape tape;
      sum.add(gradient_of_product(parameters, "a/w", {10, 20}), 3);
    }
    {
      const Tape tape;
      sum.add(gradient_of_product(parameters, "b/w", {8}), 4);
    }
    CHECK(!sum.empty());
    CHECK(sum.weight() == 8);
    CHECK(same_values(sum.sum().at("a/w"), vector_of({31, 62})));
    CHECK(same_values(sum.mean().at("a/w"), vector_of({31.0 / 8, 62.0 / 8})));
    CHECK(same_values(sum.mean().at("b/w"), vector_of({4})));
    const Gradients taken = sum.take();
    CHECK(same_values(taken.at("b/w"), vector_of({32})));
    CHECK(sum.empty());
    CHECK(sum.sum().empty());
  }
}

TEST_CASE("an optimizer steps with what was accumulated, without a tape") {
  const Parameters parameters = weights_of({{"a/w", {0, 0}}});
  SGD sgd{parameters, {.rate = 1}};
  Accumulator sum;
  for (int batch = 1; batch <= 3; ++batch) {
    const Tape tape;
    sum.add(gradient_of_product(parameters, "a/w", {1.0 * batch, 2.0 * batch}));
  }
  CHECK(sgd.step(sum.mean()));
  check_near(parameters.at("a/w").value(), {-2, -4});
}

TEST_CASE("what an accumulator holds is computed, and of no tape") {
  const Parameters parameters = weights_of({{"a/w", {0, 0}}});
  Accumulator sum;
  const Tape tape;
  sum.add(gradient_of_product(parameters, "a/w", {1, 2}));
  CHECK(sum.sum().at("a/w").computed());
  CHECK(sum.sum().at("a/w").value().serial == 0);
}

TEST_CASE("an accumulator refuses weights out of range and gradients of a tape that ended") {
  const Parameters parameters = weights_of({{"a/w", {0, 0}}});
  Accumulator sum;
  CHECK(test::message_before_place<ValueError>([&] { sum.mean(); }) ==
        "Accumulator: the mean of nothing; add gradients first");
  CHECK(test::message_before_place<ValueError>([&] { sum.add({}, 0); }) ==
        "Accumulator: a weight of 0.000000; it must be above 0 and finite");
  CHECK_THROWS_AS(sum.add({}, INFINITY), ValueError);
  CHECK_THROWS_AS(sum.add({}, NAN), ValueError);
  Gradients late;
  {
    const Tape tape;
    late = gradient_of_product(parameters, "a/w", {1, 2});
  }
  CHECK_THROWS_AS(sum.add(late), TapeError);
  CHECK(sum.empty());
}

}  // namespace chronograd
