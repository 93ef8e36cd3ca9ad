#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "chronograd/autodiff/backward.h"
#include "chronograd/graph/planning.h"
#include "chronograd/graph/tape.h"
#include "chronograd/layers/linear.h"
#include "chronograd/layers/lstm.h"
#include "chronograd/ops.h"
#include "chronograd/optim/adam.h"
#include "chronograd/optim/clip.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

/// What happened to plans since it was made; it begins without any.
class Plans {
 public:
  Plans() {
    forget_plans();
    before_ = plan_counters();
  }
  std::uint64_t made() const { return plan_counters().misses - before_.misses; }
  std::uint64_t found() const { return plan_counters().hits - before_.hits; }
  std::uint64_t evicted() const { return plan_counters().evictions - before_.evictions; }
  std::uint64_t fallen_back() const { return plan_counters().fallbacks - before_.fallbacks; }

 private:
  PlanCounters before_;
};

/// A small model in training, with all that changes from step to step.
class Training {
 public:
  static constexpr std::int64_t batch = 2;

  void step(std::int64_t time) {
    std::vector<std::int64_t> symbols;
    for (std::int64_t k = 0; k < time * batch; ++k) symbols.push_back(draw_.below(3));
    const auto tokens = static_cast<double>(draw_.between(1, time * batch));
    const Tensor x = cast(draw_.tensor({time, batch, 4}), DType::f32);
    const Tensor wanted = Tensor::adopt(std::move(symbols), {time, batch});
    adam_.set_rate(0.01 * std::min(1.0, ++steps_ / 100.0));
    const Tape tape{random_};
    const Tensor logits = output_(dropout(lstm_(x).outputs, 0.2));
    const Tensor loss = -sum(pick(log_softmax(logits), wanted)) / tokens;
    adam_.step(clip_norm(backward(loss, parameters_), 1));
    last_ = loss.item();
  }

  double last() const { return last_; }

 private:
  Random random_{1};
  test::Draw draw_{1};
  Parameters parameters_{random_};
  LSTM lstm_{parameters_ / "lstm", {.input = 4, .hidden = 5}, {.layers = 2, .dropout = 0.3}};
  Linear output_{parameters_ / "output", {.input = 5, .output = 3}};
  Adam adam_{parameters_, {}};
  int steps_ = 0;
  double last_ = 0;
};

TEST_CASE("a thousand steps of other numbers, rates, dropout and token counts make one plan") {
  const Plans plans;
  Training training;
  for (int k = 0; k < 1000; ++k) training.step(5);
  CHECK(plans.made() == 1);
  CHECK(plans.found() == 999);
  CHECK(plans.fallen_back() == 0);
  CHECK(plan_counters().plans == 1);
}

TEST_CASE("each length is planned once") {
  const Plans plans;
  Training training;
  for (int k = 0; k < 5; ++k) {
    for (std::int64_t time = 1; time <= 20; ++time) training.step(time);
  }
  CHECK(plans.made() == 20);
  CHECK(plans.found() == 80);
}

TEST_CASE("plans take as much memory as they may, and the one that was used last stays") {
  const Plans plans;
  Training training;
  training.step(12);
  const std::size_t one = plan_counters().bytes;
  CHECK(one > 1000);
  set_plan_memory(3 * one);
  for (std::int64_t time = 1; time <= 12; ++time) training.step(time);
  CHECK(plan_counters().bytes <= 3 * one);
  CHECK(plans.evicted() > 0);
  CHECK(plans.made() == 13);  // those of 1 to 11 left no room for the first
  const std::uint64_t made = plans.made();
  const std::uint64_t evicted = plans.evicted();
  for (int k = 0; k < 10; ++k) training.step(11);
  CHECK(plans.made() == made);
  set_plan_memory(one / 100);
  CHECK(plan_counters().plans == 0);
  CHECK(plan_counters().bytes == 0);
  CHECK(plans.evicted() > evicted);
  training.step(11);  // what may not be remembered runs all the same
  CHECK(plan_counters().plans == 0);
  set_plan_memory(std::size_t{256} << 20);
}

TEST_CASE("the plan that was not used for longest is forgotten first") {
  const Plans plans;
  Training training;
  training.step(10);
  const std::size_t one = plan_counters().bytes;
  training.step(11);
  set_plan_memory(plan_counters().bytes + one / 2);
  training.step(10);
  training.step(12);
  CHECK(plans.evicted() == 1);
  CHECK(plans.made() == 3);
  training.step(10);
  CHECK(plans.made() == 3);
  training.step(11);
  CHECK(plans.made() == 4);
  set_plan_memory(std::size_t{256} << 20);
}

TEST_CASE("what was forgotten is planned again, to the same numbers") {
  const auto losses = [](bool forget) {
    Training training;
    std::vector<double> list;
    for (int k = 0; k < 10; ++k) {
      if (forget) forget_plans();
      training.step(3);
      list.push_back(training.last());
    }
    return list;
  };
  const Plans plans;
  const auto expected = losses(false);
  CHECK(plans.made() == 1);
  CHECK(losses(true) == expected);
  CHECK(plans.made() == 11);
}

const Tensor x = Tensor::adopt(std::vector<float>(12, 0.5f), {3, 4});
const Tensor w = Tensor::adopt(std::vector<float>(16, 0.25f), {4, 4});

TEST_CASE("what is held and what is asked for belong to a plan") {
  const auto read = [](bool held, bool first) {
    const Tape tape{Tape::forward_only};
    const Tensor y = matmul(x, w);
    Tensor h = tanh(y);
    const Tensor a = sum(h);
    const Tensor b = sum(h * 2);
    if (!held) h = Tensor{};
    (first ? a : b).item();
    CHECK(b.computed());
    if (held) CHECK(h.computed());
    return a.item();
  };
  const Plans plans;
  const double expected = read(false, true);
  CHECK(plans.made() == 1);
  CHECK(read(true, true) == expected);
  CHECK(plans.made() == 2);
  CHECK(read(false, false) == expected);
  CHECK(plans.made() == 3);
  for (const bool held : {false, true}) CHECK(read(held, true) == expected);
  CHECK(plans.made() == 3);
  CHECK(plans.found() == 2);
}

TEST_CASE("what was computed before belongs to a plan") {
  const auto run = [](bool read) {
    const Tape tape;
    Tensor h = tanh(matmul(x, w));
    if (read) evaluate(h);
    const Tensor y = sum(h * h);
    h = Tensor{};
    return y.item();
  };
  const Plans plans;
  const double expected = run(false);
  CHECK(run(true) == expected);
  CHECK(plans.made() == 3);
  CHECK(run(true) == expected);
  CHECK(run(false) == expected);
  CHECK(plans.made() == 3);
}

TEST_CASE("structure makes a plan, numbers do not") {
  const auto run = [](double factor, std::int64_t rows, int axis) {
    const Tape tape{Tape::forward_only};
    return sum(sum(full({rows, 4}, factor) * factor, axis)).item();
  };
  const Plans plans;
  CHECK(run(2, 3, 0) == 48);
  CHECK(run(3, 3, 0) == 108);
  CHECK(plans.made() == 1);
  CHECK(run(2, 4, 0) == 64);
  CHECK(plans.made() == 2);
  CHECK(run(2, 3, 1) == 48);
  CHECK(plans.made() == 3);
}

TEST_CASE("an evaluation that finds everything there needs no plan") {
  const Tape tape;
  const Tensor h = tanh(matmul(x, w));
  evaluate(h);
  const Plans plans;
  evaluate(h);
  commit();
  commit();
  CHECK(plans.made() == 0);
  CHECK(plans.found() == 0);
}

TEST_CASE("two assignments are one parameter's or two parameters'") {
  const auto numbers = [](bool one) {
    Random random{1};
    const Parameters parameters{random};
    const auto nothing = [](std::span<double> values, Shape, RandomStream&) {
      std::ranges::fill(values, 0);
    };
    const Parameter a = parameters.root().parameter("a", {1}, nothing);
    const Parameter b = parameters.root().parameter("b", {1}, nothing);
    Tape tape{Tape::forward_only};
    const Tensor two = full({1}, 2);
    assign(a, two * 3);
    assign(one ? a : b, two * 5);
    CHECK(sum(two * 7).item() == 14);
    tape.commit();
    return std::pair(a.value().item(), b.value().item());
  };
  CHECK(numbers(true) == std::pair(10.0, 0.0));
  CHECK(numbers(false) == std::pair(6.0, 10.0));
}

TEST_CASE("other parameters of equal shapes are found in the same plan") {
  Random random{1};
  const Parameters parameters{random};
  const auto constant = [](double value) {
    return [value](std::span<double> values, Shape, RandomStream&) {
      std::ranges::fill(values, value);
    };
  };
  const Parameter two = parameters.root().parameter("two", {3}, constant(2));
  const Parameter three = parameters.root().parameter("three", {3}, constant(3));
  const auto run = [](const Parameter& a, const Parameter& b) {
    const Tape tape;
    return sum(a * 10 + b).item();
  };
  const Plans plans;
  CHECK(run(two, three) == 69);
  CHECK(run(three, two) == 96);
  CHECK(plans.made() == 1);
  CHECK(run(two, two) == 66);
  CHECK(plans.made() == 2);
}

}  // namespace
}  // namespace chronograd
