#include "chronograd/optim/adam.h"

#include <type_traits>

#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/io/parameters.h"
#include "tests/optim/weights.h"
#include "tests/temporary_folder.h"

namespace chronograd {
namespace {

const std::vector<double> start = {0.5, -1, 2, -3};

/// PyTorch's torch.optim.Adam or, with AdamWOptions, AdamW, for `steps` steps.
template <class Options>
std::vector<double> plain_adam(const Options& o, int steps) {
  std::vector<double> w = start;
  std::vector<double> m(w.size(), 0.0);
  std::vector<double> v(w.size(), 0.0);
  for (int t = 1; t <= steps; ++t) {
    const std::vector<double> gradient = gradient_at(t, w.size());
    for (std::size_t k = 0; k < w.size(); ++k) {
      double g = gradient[k];
      if (std::is_same_v<Options, AdamWOptions>) {
        w[k] -= o.rate * o.weight_decay * w[k];
      } else {
        g += o.weight_decay * w[k];
      }
      m[k] = o.beta1 * m[k] + (1 - o.beta1) * g;
      v[k] = o.beta2 * v[k] + (1 - o.beta2) * g * g;
      const double corrected_m = m[k] / (1 - std::pow(o.beta1, t));
      const double corrected_v = v[k] / (1 - std::pow(o.beta2, t));
      w[k] -= o.rate * corrected_m / (std::sqrt(corrected_v) + o.epsilon);
    }
  }
  return w;
}

template <class Optimizer, class Options>
void check_follows_formula(const Options& options) {
  CAPTURE(options.weight_decay);
  const Parameters parameters = weights_of({{"a/w", start}});
  Optimizer adam{parameters, options};
  for (int t = 1; t <= 5; ++t) {
    const Tape tape;
    adam.step(gradients_of(parameters, {{"a/w", gradient_at(t, start.size())}}));
    CAPTURE(t);
    check_near(parameters.at("a/w").value(), plain_adam(options, t));
  }
}

}  // namespace

TEST_CASE("Adam follows its formula, with weight decay in the gradient") {
  check_follows_formula<Adam>(AdamOptions{});
  check_follows_formula<Adam>(AdamOptions{.rate = 0.1, .weight_decay = 0.1});
  check_follows_formula<Adam>(
      AdamOptions{.rate = 0.1, .beta1 = 0.5, .beta2 = 0.75, .epsilon = 0.1});
  check_follows_formula<Adam>(AdamOptions{.rate = 0.1, .beta1 = 0, .beta2 = 0});
}

TEST_CASE("AdamW follows its formula, with weight decay off the weight") {
  check_follows_formula<AdamW>(AdamWOptions{.rate = 0.1, .weight_decay = 0.1});
  check_follows_formula<AdamW>(AdamWOptions{.rate = 0.1, .weight_decay = 0});
  check_follows_formula<AdamW>(
      AdamWOptions{.rate = 0.1, .beta1 = 0.5, .beta2 = 0.75, .epsilon = 0.1});
}

TEST_CASE("AdamW decays by 0.01 times the rate unless told otherwise, whatever else is told") {
  const Parameters parameters = weights_of({{"a/w", {2}}});
  AdamW adam{parameters, {.rate = 0.5}};
  adam.step(gradients_of(parameters, {{"a/w", {0}}}));
  check_near(parameters.at("a/w").value(), {2 - 0.5 * 0.01 * 2});
}

TEST_CASE("Adam's first step is as long as the rate, whatever the size of the gradient") {
  const Parameters parameters = weights_of({{"a/w", {1, 1, 1}}});
  Adam adam{parameters, {.rate = 0.25, .epsilon = 0}};
  adam.step(gradients_of(parameters, {{"a/w", {1e-6, 1, -1e6}}}));
  check_near(parameters.at("a/w").value(), {0.75, 0.75, 1.25});
}

TEST_CASE("Adam leaves a weight without a gradient, and its moments, alone") {
  const Parameters parameters = weights_of({{"a/w", {1, 2}}, {"b/w", {3, 4}}});
  Adam adam{parameters, {.rate = 0.5, .weight_decay = 0.1}};
  adam.step(gradients_of(parameters, {{"a/w", {1, 1}}, {"b/w", {1, 1}}}));
  const Tensor weight = parameters.at("b/w").value();
  const Tensor m = adam.state().at("m/b/w").value();
  const Tensor v = adam.state().at("v/b/w").value();
  adam.step(gradients_of(parameters, {{"a/w", {1, 1}}}));
  CHECK(same_values(parameters.at("b/w").value(), weight));
  CHECK(same_values(adam.state().at("m/b/w").value(), m));
  CHECK(same_values(adam.state().at("v/b/w").value(), v));
  CHECK(adam.state().at("count").value().item() == 2);
}

TEST_CASE("Adam goes on bit for bit from its saved state") {
  const TemporaryFolder folder;
  const AdamOptions options{.rate = 0.1, .weight_decay = 0.01};
  const Parameters first = weights_of({{"a/w", start}});
  Parameters second = weights_of({{"a/w", {0, 0, 0, 0}}});
  Adam before{first, options};
  const auto step = [](Adam& adam, const Parameters& parameters, int t) {
    adam.step(gradients_of(parameters, {{"a/w", gradient_at(t, start.size())}}));
  };
  for (int t = 1; t <= 3; ++t) step(before, first, t);
  save(first, folder / "weights");
  save(before.state(), folder / "state");

  Adam after{second, options};
  load(second, folder / "weights");
  load(after.state(), folder / "state");
  for (int t = 4; t <= 6; ++t) {
    step(before, first, t);
    step(after, second, t);
  }
  check_same(first.snapshot(), second.snapshot());
  check_same(before.state().snapshot(), after.state().snapshot());
  check_near(first.at("a/w").value(), plain_adam(options, 6));
}

TEST_CASE("Adam takes its next step with the rate that was set") {
  const Parameters parameters = weights_of({{"a/w", {1}}});
  Adam adam{parameters, {.rate = 0.5, .epsilon = 0}};
  adam.set_rate(0.25);
  CHECK(adam.rate() == 0.25);
  adam.step(gradients_of(parameters, {{"a/w", {2}}}));
  check_near(parameters.at("a/w").value(), {0.75});
}

TEST_CASE("Adam refuses options out of range, and AdamW in its own name") {
  const Parameters parameters = weights_of({{"a/w", start}});
  const auto make = [&](const AdamOptions& options) { Adam{parameters, options}; };
  CHECK_THROWS_WITH_AS(make({.rate = -1}), "Adam: rate = -1; it must be at least 0 and below inf",
                       ValueError);
  CHECK_THROWS_WITH_AS(make({.beta1 = 1}), "Adam: beta1 = 1; it must be at least 0 and below 1",
                       ValueError);
  CHECK_THROWS_WITH_AS(make({.beta2 = NAN}), "Adam: beta2 = nan; it must be at least 0 and below 1",
                       ValueError);
  CHECK_THROWS_WITH_AS(make({.epsilon = -0.5}),
                       "Adam: epsilon = -0.5; it must be at least 0 and below inf", ValueError);
  CHECK_THROWS_WITH_AS(AdamW(parameters, {.weight_decay = -0.5}),
                       "AdamW: weight_decay = -0.5; it must be at least 0 and below inf",
                       ValueError);
}

TEST_CASE("Adam refuses to set a rate out of range, and keeps the one it has") {
  const Parameters parameters = weights_of({{"a/w", start}});
  Adam adam{parameters, {.rate = 0.5}};
  AdamW decaying{parameters, {.rate = 0.25}};
  CHECK_THROWS_WITH_AS(adam.set_rate(-1), "Adam: rate = -1; it must be at least 0 and below inf",
                       ValueError);
  CHECK_THROWS_WITH_AS(decaying.set_rate(NAN),
                       "AdamW: rate = nan; it must be at least 0 and below inf", ValueError);
  CHECK(adam.rate() == 0.5);
  CHECK(decaying.rate() == 0.25);
}

TEST_CASE("Adam refuses the gradient of a parameter it was not made for, and changes nothing") {
  const Parameters parameters = weights_of({{"b/w", {1, 2}}, {"c/w", {3, 4}}});
  Adam adam{parameters / "b"};
  CHECK_THROWS_WITH_AS(adam.step(gradients_of(parameters, {{"b/w", {1, 1}}, {"c/w", {1, 1}}})),
                       "Adam: a gradient of c/w, which it was not made for; make it after all "
                       "layers, for a scope that holds them",
                       ParameterError);
  check_near(parameters.at("b/w").value(), {1, 2});
  check_near(parameters.at("c/w").value(), {3, 4});
  check_near(adam.state().at("m/b/w").value(), {0, 0});
  CHECK(adam.state().at("count").value().item() == 0);
}

}  // namespace chronograd
