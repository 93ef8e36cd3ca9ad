#include "chronograd/optim/adam.h"

#include <type_traits>

#include "chronograd/autodiff/backward.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/planning.h"
#include "chronograd/graph/tape.h"
#include "chronograd/io/parameters.h"
#include "chronograd/ops/square.h"
#include "chronograd/ops/sub.h"
#include "chronograd/ops/sum.h"
#include "chronograd/optim/clip.h"
#include "tests/graph/probe.h"
#include "tests/optim/weights.h"
#include "tests/planning.h"
#include "tests/temporary_folder.h"

namespace chronograd {
namespace {

const std::vector<double> start = {0.5, -1, 2, -3};

void zeros_of(std::span<double> values, Shape, RandomStream&) {
  for (double& value : values) value = 0;
}

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
  CHECK(adam.state().at("count/a/w").value().item() == 2);
  CHECK(adam.state().at("count/b/w").value().item() == 1);
}

TEST_CASE("Adam corrects the bias of a weight by the steps in which it had a gradient") {
  const AdamOptions options{.rate = 0.1};
  const Parameters parameters = weights_of({{"a/w", start}, {"b/w", start}});
  Adam adam{parameters, options};
  for (int t = 1; t <= 4; ++t) {
    Numbers numbers{{"a/w", gradient_at(t, start.size())}};
    if (t > 2) numbers["b/w"] = gradient_at(t - 2, start.size());
    adam.step(gradients_of(parameters, numbers));
  }
  check_near(parameters.at("a/w").value(), plain_adam(options, 4));
  check_near(parameters.at("b/w").value(), plain_adam(options, 2));
}

TEST_CASE("Adam counts on beyond what f32 counts") {
  Random random{1};
  const Parameters parameters{random};
  const Parameter w = parameters.root().parameter(
      "w", {}, [](std::span<double> values, Shape, RandomStream&) { values[0] = 1; });
  Adam adam{parameters};
  const std::int64_t many = (std::int64_t{1} << 53) - 2;
  adam.state().at("count/w").set_value(Tensor::copy_of({many}, {}));
  Gradients gradients;
  gradients.set(w, Tensor::scalar(1));
  adam.step(gradients);
  adam.step(gradients);
  CHECK(adam.state().at("count/w").value().item_as_integer() == many + 2);
}

TEST_CASE("Adam's steps with another count of steps run by the same plan") {
  Random random{1};
  const Parameters parameters{random};
  const Parameter w = parameters.root().parameter("w", {3}, zeros_of);
  Adam adam{parameters};
  const auto step = [&] {
    const Tape tape;
    adam.step(backward(sum(square(w - 1)), parameters));
  };
  for (int t = 0; t < 3; ++t) step();
  const PlanCounters before = plan_counters();
  for (int t = 0; t < 3; ++t) step();
  CHECK(plan_counters().misses == before.misses);
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

TEST_CASE("a state of one count for all weights, as it once was saved, is refused by name") {
  const TemporaryFolder folder;
  Random random{1};
  const Parameters old{random, DType::f64};
  old.root().state("count", {}, zeros_of);
  for (const char* moment : {"m", "v"}) (old / moment / "a").state("w", {4}, zeros_of);
  save(old, folder / "state");
  const Parameters parameters = weights_of({{"a/w", start}});
  const Adam adam{parameters};
  CHECK_THROWS_WITH_AS(load(adam.state(), folder / "state"),
                       doctest::Contains("the file lacks count/a/w; the model lacks count"),
                       FileError);
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
  CHECK(test::message_before_place<ValueError>([&] { make({.rate = -1}); }) ==
        "Adam: rate = -1; it must be at least 0 and below inf");
  CHECK(test::message_before_place<ValueError>([&] { make({.beta1 = 1}); }) ==
        "Adam: beta1 = 1; it must be at least 0 and below 1");
  CHECK(test::message_before_place<ValueError>([&] { make({.beta2 = NAN}); }) ==
        "Adam: beta2 = nan; it must be at least 0 and below 1");
  CHECK(test::message_before_place<ValueError>([&] { make({.epsilon = -0.5}); }) ==
        "Adam: epsilon = -0.5; it must be at least 0 and below inf");
  CHECK(test::message_before_place<ValueError>([&] {
          AdamW(parameters, {.weight_decay = -0.5});
        }) == "AdamW: weight_decay = -0.5; it must be at least 0 and below inf");
}

TEST_CASE("Adam refuses to set a rate out of range, and keeps the one it has") {
  const Parameters parameters = weights_of({{"a/w", start}});
  Adam adam{parameters, {.rate = 0.5}};
  AdamW decaying{parameters, {.rate = 0.25}};
  CHECK(test::message_before_place<ValueError>([&] { adam.set_rate(-1); }) ==
        "Adam: rate = -1; it must be at least 0 and below inf");
  CHECK(test::message_before_place<ValueError>([&] { decaying.set_rate(NAN); }) ==
        "AdamW: rate = nan; it must be at least 0 and below inf");
  CHECK(adam.rate() == 0.5);
  CHECK(decaying.rate() == 0.25);
}

TEST_CASE("Adam refuses the gradient of a parameter it was not made for, and changes nothing") {
  const Parameters parameters = weights_of({{"b/w", {1, 2}}, {"c/w", {3, 4}}});
  Adam adam{parameters / "b"};
  CHECK(test::message_before_place<ParameterError>([&] {
          adam.step(gradients_of(parameters, {{"b/w", {1, 1}}, {"c/w", {1, 1}}}));
        }) ==
        "Adam: a gradient of c/w, which it was not made for; make it after all "
        "layers, for a scope that holds them");
  const Parameters other = weights_of({{"b/w", {1, 2}}});
  CHECK(test::message_before_place<ParameterError>([&] {
          adam.step(gradients_of(other, {{"b/w", {1, 1}}}));
        }) ==
        "Adam: a gradient of b/w, which it was not made for; its parameter of that "
        "path is another model's");
  check_near(parameters.at("b/w").value(), {1, 2});
  check_near(parameters.at("c/w").value(), {3, 4});
  check_near(adam.state().at("m/b/w").value(), {0, 0});
  CHECK(adam.state().at("count/b/w").value().item() == 0);
}

TEST_CASE("Adam refuses a gradient that is not finite by the parameter's name, changing nothing") {
  for (const bool planned : {true, false}) {
    const test::Planning planning{planned};
    for (const double broken : {NAN, INFINITY, -INFINITY}) {
      const Parameters parameters = weights_of({{"a/w", {1, 2}}, {"b/w", {3, 4}}});
      Adam adam{parameters, {.rate = 0.5}};
      adam.step(gradients_of(parameters, {{"a/w", {1, 1}}, {"b/w", {1, 1}}}));
      const auto weights = parameters.snapshot();
      const auto state = adam.state().snapshot();
      const auto step = [&] {
        adam.step(gradients_of(parameters, {{"a/w", {1, 1}}, {"b/w", {1, broken}}}));
      };
      const std::string message =
          "Adam: the gradient of b/w is not finite; nothing was changed; on_not_finite says what "
          "else may be done with such a step";
      CHECK_THROWS_WITH_AS(step(), doctest::Contains(message.c_str()), NotFiniteError);
      {
        Tape tape;
        CHECK_THROWS_WITH_AS(step(), doctest::Contains(message.c_str()), NotFiniteError);
        tape.commit();
      }
      check_same(parameters.snapshot(), weights);
      check_same(adam.state().snapshot(), state);
    }
  }
}

TEST_CASE("after a refused step the same tape takes a better one") {
  const Parameters parameters = weights_of({{"a/w", start}});
  Adam adam{parameters};
  const Tape tape;
  CHECK_THROWS_AS(adam.step(gradients_of(parameters, {{"a/w", {1, 1, NAN, 1}}})), NotFiniteError);
  adam.step(gradients_of(parameters, {{"a/w", gradient_at(1, start.size())}}));
  check_near(parameters.at("a/w").value(), plain_adam(AdamOptions{}, 1));
}

TEST_CASE("AdamW skips and counts a step that is not finite, when told so") {
  const AdamWOptions options{.rate = 0.1, .on_not_finite = NotFinite::skip};
  const Parameters parameters = weights_of({{"a/w", start}});
  AdamW adam{parameters, options};
  for (int t = 1; t <= 3; ++t) {
    const Tape tape;
    if (t == 2) {
      CHECK(!adam.step(gradients_of(parameters, {{"a/w", {INFINITY, 0, 0, 0}}})));
    }
    CHECK(adam.step(gradients_of(parameters, {{"a/w", gradient_at(t, start.size())}})));
  }
  CHECK(adam.skipped() == 1);
  check_near(parameters.at("a/w").value(), plain_adam(options, 3));
}

TEST_CASE("Adam applies whatever it gets, when told so") {
  const Parameters parameters = weights_of({{"a/w", {1, 2}}});
  Adam adam{parameters, {.on_not_finite = NotFinite::apply}};
  CHECK(adam.step(gradients_of(parameters, {{"a/w", {NAN, 0}}})));
  CHECK(std::isnan(parameters.at("a/w").value().values<double>()[0]));
  CHECK(parameters.at("a/w").value().values<double>()[1] == 2);
  CHECK(adam.skipped() == 0);
}

TEST_CASE("Adam refuses a finite gradient whose square would stop its weight for good") {
  Random random{1};
  const Parameters parameters{random};
  const Parameter w = parameters.root().parameter("w", {2}, zeros_of);
  Adam adam{parameters};
  Gradients gradients;
  gradients.set(w, Tensor::copy_of<float>({1, 1e20f}, {2}));
  CHECK_THROWS_WITH_AS(adam.step(gradients), doctest::Contains("the gradient of w is finite, but"),
                       NotFiniteError);
  CHECK(same_values(w.value(), Tensor::copy_of<float>({0, 0}, {2})));
}

TEST_CASE("a clipped step names the parameter whose own gradient was not finite") {
  const Parameters parameters = weights_of({{"a/w", {1, 2}}, {"b/w", {3, 4}}, {"c/w", {5}}});
  Adam adam{parameters};
  const Gradients gradients =
      gradients_of(parameters, {{"a/w", {1, 1}}, {"b/w", {1, INFINITY}}, {"c/w", {1}}});
  const auto message = doctest::Contains("Adam: the gradient of b/w is not finite");
  CHECK_THROWS_WITH_AS(adam.step(clip_norm(gradients, 1)), message, NotFiniteError);
  CHECK_THROWS_WITH_AS(adam.step(clip_norm(clip_norm(gradients, 1) * 2, 1)), message,
                       NotFiniteError);
  check_near(parameters.at("c/w").value(), {5});
}

TEST_CASE("an optimizer that was moved from says so") {
  const Parameters parameters = weights_of({{"a/w", {1}}});
  Adam adam{parameters};
  Adam other = std::move(adam);
  CHECK(other.step(gradients_of(parameters, {{"a/w", {1}}})));
  CHECK(test::message_before_place<ParameterError>([&] { adam.step({}); }) ==
        "Adam: a step of an optimizer that was moved from; use the one it was moved "
        "to");
}

}  // namespace chronograd
