#include "chronograd/optim/adam.h"

#include <cmath>

#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/div.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sqrt.h"
#include "chronograd/ops/square.h"
#include "chronograd/ops/sub.h"
#include "chronograd/optim/detail/moments.h"

namespace chronograd {

Adam::Adam(const Scope& parameters, const AdamOptions& options)
    : Adam(Decay::into_gradient, parameters, options) {}

Adam::Adam(Decay decay, const Scope& parameters, const AdamOptions& options)
    : decay_(decay),
      options_(options),
      parameters_(detail::trainable(parameters)),
      state_(detail::empty_state(parameters)),
      count_(state_.root().state(
          "count", {}, [](std::span<double> values, Shape, RandomStream&) { values[0] = 0; })) {
  set_rate(options.rate);
  detail::check_option(name(), "beta1", options.beta1, 1);
  detail::check_option(name(), "beta2", options.beta2, 1);
  detail::check_option(name(), "epsilon", options.epsilon);
  detail::check_option(name(), "weight_decay", options.weight_decay);
  detail::add_moments(state_, "m", parameters_);
  detail::add_moments(state_, "v", parameters_);
}

const char* Adam::name() const { return decay_ == Decay::off_weight ? "AdamW" : "Adam"; }

void Adam::set_rate(double rate) {
  detail::check_option(name(), "rate", rate);
  options_.rate = rate;
}

void Adam::step(const Gradients& gradients) {
  detail::check_known(name(), parameters_, gradients);
  const double count = count_.value().item() + 1;
  assign(count_, Tensor::scalar(count, count_.dtype()));
  for (const auto& [path, entry] : gradients) update(entry.parameter, entry.gradient, count);
  commit();
}

void Adam::update(const Parameter& w, Tensor g, double count) {
  const auto& [rate, beta1, beta2, epsilon, decay] = options_;
  const Parameter m = detail::moment(state_, "m", w);
  const Parameter v = detail::moment(state_, "v", w);
  if (decay > 0 && decay_ == Decay::into_gradient) g = g + decay * w;
  const Tensor m1 = beta1 * m + (1 - beta1) * g;
  const Tensor v1 = beta2 * v + (1 - beta2) * square(g);
  const double correction1 = 1 - std::pow(beta1, count);
  const double correction2 = 1 - std::pow(beta2, count);
  // Numbers are divided here, once, and not in every element.
  const Tensor deviation = (1 / std::sqrt(correction2)) * sqrt(v1) + epsilon;
  Tensor change = (rate / correction1) * m1 / deviation;
  if (decay > 0 && decay_ == Decay::off_weight) change = change + (rate * decay) * w;
  assign(m, m1);
  assign(v, v1);
  assign(w, w - change);
}

AdamW::AdamW(const Scope& parameters, const AdamWOptions& o)
    : Adam(Decay::off_weight, parameters, {o.rate, o.beta1, o.beta2, o.epsilon, o.weight_decay}) {}

}  // namespace chronograd
