#include <doctest/doctest.h>

#include <thread>

#include "chronograd/autodiff/backward.h"
#include "chronograd/graph/planning.h"
#include "chronograd/graph/tape.h"
#include "chronograd/layers/lstm.h"
#include "chronograd/ops.h"

namespace chronograd {
namespace {

class Model {
 public:
  // The loss and the gradient of the recurrent weights for inputs of that number.
  std::vector<float> run(double number) const {
    const Tensor xs = full({4, 2, 3}, number);
    const Tape tape;
    const Tensor loss = sum(lstm_(xs).outputs);
    const Tensor gradient = backward(loss, parameters_).at(parameters_.at("forwards_0/recurrent"));
    evaluate(loss, gradient);
    std::vector<float> all{static_cast<float>(loss.item())};
    for (const float g : gradient.values<float>()) all.push_back(g);
    return all;
  }

 private:
  Random random_{1};
  Parameters parameters_{random_};
  LSTM lstm_{parameters_.root(), {.input = 3, .hidden = 4}};
};

template <class F>
void on_two_threads(F f) {
  std::thread other([&] { f(1); });
  f(0);
  other.join();
}

TEST_CASE("two threads run one plan at once, each on its own numbers") {
  const Model model;
  const std::vector<float> expected[] = {model.run(0.25), model.run(0.5)};
  CHECK(expected[0] != expected[1]);
  const std::uint64_t misses = plan_counters().misses;
  on_two_threads([&](int k) {
    for (int n = 0; n < 50; ++n) CHECK(model.run(k == 0 ? 0.25 : 0.5) == expected[k]);
  });
  CHECK(plan_counters().misses == misses);
}

TEST_CASE("plans are made, found and forgotten by several threads at once") {
  const Model model;
  const std::vector<float> expected = model.run(0.25);
  on_two_threads([&](int k) {
    for (int n = 0; n < 30; ++n) {
      if (k == 0) forget_plans();
      CHECK(model.run(0.25) == expected);
      if (k == 1) set_plan_memory(n % 2 == 0 ? 0 : std::size_t{256} << 20);
    }
  });
  set_plan_memory(std::size_t{256} << 20);
}

}  // namespace
}  // namespace chronograd
