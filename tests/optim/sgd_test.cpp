#include "chronograd/optim/sgd.h"

#include "chronograd/autodiff/backward.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/io/parameters.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sum.h"
#include "tests/graph/probe.h"
#include "tests/optim/weights.h"
#include "tests/planning.h"
#include "tests/temporary_folder.h"

namespace chronograd {
namespace {

const std::vector<double> start = {0.5, -1, 2, -3};

/// PyTorch's torch.optim.SGD with dampening 0, for `steps` steps.
std::vector<double> plain_sgd(const SGDOptions& o, int steps) {
  std::vector<double> w = start;
  std::vector<double> velocity(w.size(), 0.0);
  for (int t = 1; t <= steps; ++t) {
    const std::vector<double> gradient = gradient_at(t, w.size());
    for (std::size_t k = 0; k < w.size(); ++k) {
      const double g = gradient[k] + o.weight_decay * w[k];
      velocity[k] = o.momentum * velocity[k] + g;
      w[k] -= o.rate * (o.nesterov ? g + o.momentum * velocity[k] : velocity[k]);
    }
  }
  return w;
}

void check_follows_formula(const SGDOptions& options) {
  CAPTURE(options.momentum);
  CAPTURE(options.nesterov);
  CAPTURE(options.weight_decay);
  const Parameters parameters = weights_of({{"a/w", start}});
  SGD sgd{parameters, options};
  for (int t = 1; t <= 5; ++t) {
    const Tape tape;
    sgd.step(gradients_of(parameters, {{"a/w", gradient_at(t, start.size())}}));
    CAPTURE(t);
    check_near(parameters.at("a/w").value(), plain_sgd(options, t));
  }
}

}  // namespace

TEST_CASE("SGD follows its formula with momentum, Nesterov's form and weight decay") {
  check_follows_formula({.rate = 0.1});
  check_follows_formula({.rate = 0.1, .weight_decay = 0.05});
  check_follows_formula({.rate = 0.1, .momentum = 0.9});
  check_follows_formula({.rate = 0.1, .momentum = 0.9, .weight_decay = 0.05});
  check_follows_formula({.rate = 0.1, .momentum = 0.9, .nesterov = true});
  check_follows_formula({.rate = 0.1, .momentum = 0.9, .nesterov = true, .weight_decay = 0.05});
}

TEST_CASE("SGD leaves a weight without a gradient, and its velocity, alone") {
  const Parameters parameters = weights_of({{"a/w", {1, 2}}, {"b/w", {3, 4}}});
  SGD sgd{parameters, {.rate = 0.5, .momentum = 0.5, .weight_decay = 0.1}};
  sgd.step(gradients_of(parameters, {{"a/w", {1, 1}}, {"b/w", {1, 1}}}));
  const Tensor weight = parameters.at("b/w").value();
  const Tensor velocity = sgd.state().at("velocity/b/w").value();
  sgd.step(gradients_of(parameters, {{"a/w", {1, 1}}}));
  CHECK(same_values(parameters.at("b/w").value(), weight));
  CHECK(same_values(sgd.state().at("velocity/b/w").value(), velocity));
}

TEST_CASE("SGD without momentum keeps no state") {
  const Parameters parameters = weights_of({{"a/w", start}});
  CHECK(SGD(parameters, {.rate = 0.1}).state().size() == 0);
  CHECK(SGD(parameters, {.rate = 0.1, .momentum = 0.9}).state().size() == 1);
}

TEST_CASE("SGD goes on bit for bit from its saved state") {
  const TemporaryFolder folder;
  const SGDOptions options{.rate = 0.1, .momentum = 0.9, .nesterov = true};
  const Parameters first = weights_of({{"a/w", start}});
  Parameters second = weights_of({{"a/w", {0, 0, 0, 0}}});
  SGD before{first, options};
  const auto step = [](SGD& sgd, const Parameters& parameters, int t) {
    sgd.step(gradients_of(parameters, {{"a/w", gradient_at(t, start.size())}}));
  };
  for (int t = 1; t <= 3; ++t) step(before, first, t);
  save(first, folder / "weights");
  save(before.state(), folder / "state");

  SGD after{second, options};
  load(second, folder / "weights");
  load(after.state(), folder / "state");
  for (int t = 4; t <= 6; ++t) {
    step(before, first, t);
    step(after, second, t);
  }
  check_same(first.snapshot(), second.snapshot());
  check_same(before.state().snapshot(), after.state().snapshot());
}

TEST_CASE("SGD takes its next step with the rate that was set") {
  const Parameters parameters = weights_of({{"a/w", {1}}});
  SGD sgd{parameters, {.rate = 0.5}};
  sgd.set_rate(0.25);
  CHECK(sgd.rate() == 0.25);
  sgd.step(gradients_of(parameters, {{"a/w", {2}}}));
  CHECK(parameters.at("a/w").value().item() == 0.5);
}

TEST_CASE("SGD refuses options out of range") {
  const Parameters parameters = weights_of({{"a/w", start}});
  const auto make = [&](const SGDOptions& options) { SGD{parameters, options}; };
  CHECK(test::message_before_place<ValueError>([&] { make({.rate = -1}); }) ==
        "SGD: rate = -1; it must be at least 0 and below inf");
  CHECK(test::message_before_place<ValueError>([&] { make({.rate = NAN}); }) ==
        "SGD: rate = nan; it must be at least 0 and below inf");
  CHECK(test::message_before_place<ValueError>([&] { make({.momentum = 1}); }) ==
        "SGD: momentum = 1; it must be at least 0 and below 1");
  CHECK(test::message_before_place<ValueError>([&] { make({.weight_decay = -0.5}); }) ==
        "SGD: weight_decay = -0.5; it must be at least 0 and below inf");
}

TEST_CASE("SGD refuses to set a rate out of range, and keeps the one it has") {
  const Parameters parameters = weights_of({{"a/w", start}});
  SGD sgd{parameters, {.rate = 0.5}};
  CHECK(test::message_before_place<ValueError>([&] { sgd.set_rate(-1e-9); }) ==
        "SGD: rate = -1e-09; it must be at least 0 and below inf");
  CHECK(test::message_before_place<ValueError>([&] { sgd.set_rate(NAN); }) ==
        "SGD: rate = nan; it must be at least 0 and below inf");
  CHECK(test::message_before_place<ValueError>([&] { sgd.set_rate(INFINITY); }) ==
        "SGD: rate = inf; it must be at least 0 and below inf");
  CHECK(sgd.rate() == 0.5);
}

TEST_CASE("SGD refuses the gradient of a parameter it was not made for, and changes nothing") {
  const Parameters parameters = weights_of({{"a/w", {1, 2}}, {"b/w", {3, 4}}});
  for (const double momentum : {0.0, 0.9}) {
    CAPTURE(momentum);
    SGD sgd{parameters / "a", {.rate = 0.1, .momentum = momentum}};
    CHECK(test::message_before_place<ParameterError>([&] {
            sgd.step(gradients_of(parameters, {{"a/w", {1, 1}}, {"b/w", {1, 1}}}));
          }) ==
          "SGD: a gradient of b/w, which it was not made for; make it after all "
          "layers, for a scope that holds them");
    check_near(parameters.at("a/w").value(), {1, 2});
    check_near(parameters.at("b/w").value(), {3, 4});
    for (const Parameter& velocity : sgd.state().list()) check_near(velocity.value(), {0, 0});
  }
}

TEST_CASE("SGD refuses the gradient of another model's parameter of the same path") {
  const Parameters mine = weights_of({{"a/w", {1, 2}}});
  const Parameters other = weights_of({{"a/w", {3, 4}}});
  for (const double momentum : {0.0, 0.9}) {
    CAPTURE(momentum);
    SGD sgd{mine, {.rate = 0.1, .momentum = momentum}};
    CHECK_THROWS_AS(sgd.step(gradients_of(other, {{"a/w", {1, 1}}})), ParameterError);
    check_near(other.at("a/w").value(), {3, 4});
  }
}

TEST_CASE("SGD without momentum takes the same step in Nesterov's form") {
  for (const bool nesterov : {false, true}) {
    CAPTURE(nesterov);
    const Parameters parameters = weights_of({{"a/w", {1, 2}}});
    SGD sgd{parameters, {.rate = 0.5, .momentum = 0, .nesterov = nesterov}};
    sgd.step(gradients_of(parameters, {{"a/w", {1, -1}}}));
    check_near(parameters.at("a/w").value(), {0.5, 2.5});
    CHECK(sgd.state().size() == 0);
  }
}

TEST_CASE("SGD refuses a gradient that is not finite by the parameter's name, changing nothing") {
  for (const bool planned : {true, false}) {
    const test::Planning planning{planned};
    for (const double momentum : {0.0, 0.9}) {
      for (const double broken : {NAN, INFINITY}) {
        const Parameters parameters = weights_of({{"a/w", {1, 2}}, {"b/w", {3, 4}}});
        SGD sgd{parameters, {.rate = 0.1, .momentum = momentum}};
        const auto step = [&] {
          Tape tape;
          sgd.step(gradients_of(parameters, {{"a/w", {1, 1}}, {"b/w", {1, broken}}}));
        };
        CHECK_THROWS_WITH_AS(
            step(),
            doctest::Contains("SGD: the gradient of b/w is not finite; nothing was changed"),
            NotFiniteError);
        check_near(parameters.at("a/w").value(), {1, 2});
        check_near(parameters.at("b/w").value(), {3, 4});
        for (const Parameter& velocity : sgd.state().list()) check_near(velocity.value(), {0, 0});
      }
    }
  }
}

TEST_CASE("SGD skips what is not finite, or applies it, when told so") {
  const Parameters parameters = weights_of({{"a/w", {1, 2}}});
  const Gradients broken = gradients_of(parameters, {{"a/w", {1, NAN}}});
  SGD skipping{parameters, {.rate = 0.5, .momentum = 0.5, .on_not_finite = NotFinite::skip}};
  CHECK(!skipping.step(broken));
  CHECK(skipping.skipped() == 1);
  check_near(parameters.at("a/w").value(), {1, 2});
  check_near(skipping.state().at("velocity/a/w").value(), {0, 0});
  SGD applying{parameters, {.rate = 0.5, .on_not_finite = NotFinite::apply}};
  CHECK(applying.step(broken));
  CHECK(parameters.at("a/w").value().values<double>()[0] == 0.5);
  CHECK(std::isnan(parameters.at("a/w").value().values<double>()[1]));
}

TEST_CASE("SGD refuses a rate that makes weights infinite in their dtype") {
  Random random{1};
  const Parameters parameters{random};
  const Parameter w = parameters.root().parameter(
      "w", {}, [](std::span<double> values, Shape, RandomStream&) { values[0] = 1; });
  SGD sgd{parameters, {.rate = 1e38}};
  Gradients gradients;
  gradients.set(w, Tensor::scalar(1e3));
  CHECK_THROWS_WITH_AS(sgd.step(gradients), doctest::Contains("the gradient of w is finite, but"),
                       NotFiniteError);
  CHECK(w.value().item() == 1);
}

TEST_CASE("a loss that is NaN while its gradients are finite does not stop a step") {
  const Parameters parameters = weights_of({{"a/w", {1, 2}}});
  SGD sgd{parameters, {.rate = 0.5}};
  const Tape tape;
  const Tensor loss = sum(parameters.at("a/w") * 1) + NAN;
  CHECK(sgd.step(backward(loss, parameters)));
  CHECK(std::isnan(loss.item()));
  check_near(parameters.at("a/w").value(), {0.5, 1.5});
}

TEST_CASE("a step that fails half way leaves nothing for a later commit") {
  const Parameters parameters = weights_of({{"a/w", {1, 2}}, {"b/w", {3, 4}}});
  SGD sgd{parameters, {.rate = 0.5}};
  Tape outer;
  assign(parameters.at("b/w"), vector_of({0, 0}));
  {
    Tape tape;
    CHECK_THROWS_AS(sgd.step(gradients_of(parameters, {{"a/w", {1, 1}}, {"b/w", {1, 1}}})),
                    TapeError);
    tape.commit();
  }
  check_near(parameters.at("a/w").value(), {1, 2});
  check_near(parameters.at("b/w").value(), {3, 4});
}

}  // namespace chronograd
