#pragma once

#include <chronograd/chronograd.h>

#include <memory>
#include <utility>

#include "workload.h"

namespace workloads {

/// A model `Model{scope, options...}` in training.
template <class Model, class Optimizer>
struct Training {
  chronograd::Random random{1};
  chronograd::Parameters parameters{random};
  Model model;
  Optimizer optimizer{parameters, {}};

  template <class... Options>
  explicit Training(const Options&... options) : model(parameters / "model", options...) {}

  template <class Loss>
  double step(Loss& loss_of, bool read_first = false) {
    chronograd::Tape tape{random};
    const chronograd::Tensor loss = loss_of(model);
    if (read_first) chronograd::evaluate(loss);
    optimizer.step(backward(loss, parameters));
    return loss.item();
  }
};

/// Steps that make the tensor `loss(model)` smaller.
template <class Model, class Optimizer = chronograd::Adam, class Loss, class... Options>
Step train(Loss loss, const Options&... options) {
  auto training = std::make_shared<Training<Model, Optimizer>>(options...);
  return [training, loss = std::move(loss)]() mutable { return training->step(loss); };
}

/// The same, but the loss is read before its gradient is asked for.
template <class Model, class Optimizer = chronograd::Adam, class Loss, class... Options>
Step train_and_read_first(Loss loss, const Options&... options) {
  auto training = std::make_shared<Training<Model, Optimizer>>(options...);
  return [training, loss = std::move(loss)]() mutable { return training->step(loss, true); };
}

/// Steps of `answer(model)`, which is a number.
template <class Model, class Answer, class... Options>
Step infer(Answer answer, const Options&... options) {
  chronograd::Random random{1};
  const chronograd::Parameters parameters{random};
  return [model = Model{parameters / "model", options...}, answer = std::move(answer)] {
    const chronograd::Tape tape{chronograd::Tape::forward_only};
    return answer(model);
  };
}

}  // namespace workloads
