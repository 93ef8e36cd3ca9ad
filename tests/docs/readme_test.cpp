// The code of README.md, compiled and run. The LSTM step it shows stands in layers/lstm_cell.cpp.
#include <doctest/doctest.h>

// clang-format off
#include <chronograd/chronograd.h>

using namespace chronograd;

struct Classifier {
  LSTM lstm;
  Linear output;

  Classifier(const Scope& scope, int input, int classes)
      : lstm{scope / "lstm", {.input = input, .hidden = 64}},
        output{scope / "output", {.input = 64, .output = classes}} {}

  // xs: [time, batch, input]; labels: [batch]
  Tensor loss(const Tensor& xs, const Tensor& labels) const {
    const Tensor last = lstm(xs).last[0].h;
    return cross_entropy(output(last), labels);
  }
};

double train_step(const Classifier& model, const Parameters& parameters, Adam& adam, Random& random,
                  const Tensor& xs, const Tensor& labels) {
  Tape tape{random};                            // a tape with dice is for training
  const Tensor loss = model.loss(xs, labels);   // records; nothing has run yet
  adam.step(clip_norm(backward(loss, parameters), 1.0));
  return loss.item();                           // the loss before the step, computed with it
}
// clang-format on

TEST_CASE("the classifier of the README learns two sequences apart") {
  Random random{42};
  const Parameters parameters{random};
  const Classifier model{parameters / "model", 1, 2};
  Adam adam{parameters, {.rate = 1e-2}};
  const Tensor xs = Tensor::copy_of({1.f, -1.f, 0.5f, -0.5f, 1.f, -1.f}, {3, 2, 1});
  const Tensor labels = Tensor::copy_of<std::int64_t>({0, 1}, {2});
  const double first = train_step(model, parameters, adam, random, xs, labels);
  double last = first;
  for (int step = 0; step < 30; ++step) {
    last = train_step(model, parameters, adam, random, xs, labels);
  }
  CHECK(first > 0.3);
  CHECK(last < 0.1);
}
