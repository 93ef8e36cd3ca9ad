// The code of docs/weights-that-are-computed.md, compiled and run.
#include <chronograd/chronograd.h>
#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

using namespace chronograd;

namespace {

Tensor numbers(Shape shape, std::uint64_t key) {
  RandomStream random{key};
  std::vector<double> values(static_cast<std::size_t>(shape.size()));
  for (double& v : values) v = 2 * random.uniform() - 1;
  return Tensor::adopt(std::move(values), shape);
}

}  // namespace

TEST_CASE("gradients go through assigned weights of a layer into what made them") {
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const Tensor xs = numbers({3, 2, 2}, 5);
  const Tensor task = numbers({1, 4}, 6);
  // clang-format off
  const GRU worker{parameters / "worker", {.input = 2, .hidden = 3}};
  const Linear maker{parameters / "maker", {.input = 4, .output = 18}};
  const auto loss_for = [&](const Tensor& about) {
    assign(parameters.at("worker/forwards_0/kernel"), reshape(maker(about), {2, 9}));
    return mean(square(worker(xs).outputs));
  };
  Tape tape;
  const Gradients gradients = backward(loss_for(task), parameters / "maker");
  // clang-format on
  REQUIRE(gradients.size() == 2);
  const Parameter bias = parameters.at("maker/bias");
  const Tensor found = gradients.at(bias).detach();
  for (const std::size_t k : {0U, 7U, 17U}) {
    const auto loss_at = [&](double step) {
      const auto before = bias.value().values<double>();
      std::vector<double> moved(before.begin(), before.end());
      moved[k] += step;
      Parameters copy{random, DType::f64};
      const GRU other{copy / "worker", {.input = 2, .hidden = 3}};
      const Linear other_maker{copy / "maker", {.input = 4, .output = 18}};
      copy.restore(parameters.snapshot());
      copy.at("maker/bias").set_value(Tensor::adopt(std::move(moved), {18}));
      const Tape inner;
      assign(copy.at("worker/forwards_0/kernel"), reshape(other_maker(task), {2, 9}));
      return mean(square(other(xs).outputs)).item();
    };
    const double difference = (loss_at(1e-5) - loss_at(-1e-5)) / 2e-5;
    CHECK(std::abs(found.values<double>()[k] - difference) < 1e-8);
  }
}

TEST_CASE("the gradient of a step of learning with respect to its rate matches differences") {
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const LSTM model{parameters / "model", {.input = 2, .hidden = 3}};
  const Tensor seen = numbers({3, 2, 2}, 5);
  const Tensor unseen = numbers({3, 2, 2}, 6);
  const auto loss_on = [&](const Tensor& xs) { return mean(square(model(xs).outputs - 0.5)); };
  const auto learn = [&](double number) {
    const Tensor rate = Tensor::scalar(number, DType::f64);
    Tape tape;
    // clang-format off
    const Tensor before = loss_on(seen);
    const Gradients inner = backward(before, parameters / "model");
    for (const auto& [path, entry] : inner) {
      assign(entry.parameter, entry.parameter - rate * entry.gradient);
    }
    const Tensor after = loss_on(unseen);
    const Tensor of_rate = gradient(after, rate);
    // clang-format on
    return std::pair{after.item(), of_rate.item()};
  };
  const double difference = (learn(0.1 + 1e-5).first - learn(0.1 - 1e-5).first) / 2e-5;
  CHECK(std::abs(learn(0.1).second - difference) < 1e-8);
  CHECK(difference < 0);
}
