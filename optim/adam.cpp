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
#include "chronograd/optim/detail/step.h"

namespace chronograd {

Adam::Adam(const Scope& parameters, const AdamOptions& options)
    : Adam(Decay::into_gradient, parameters, options) {}

Adam::Adam(Decay decay, const Scope& parameters, const AdamOptions& options)
    : decay_(decay),
      options_(options),
      parameters_(detail::trainable(parameters)),
      state_(detail::empty_state(parameters)),
      m_(detail::add_moments(state_, "m", parameters_)),
      v_(detail::add_moments(state_, "v", parameters_)),
      counts_(detail::add_counts(state_, parameters_)) {
  detail::check_option(name(), "rate", options.rate, options.where);
  detail::check_option(name(), "beta1", options.beta1, options.where, 1);
  detail::check_option(name(), "beta2", options.beta2, options.where, 1);
  detail::check_option(name(), "epsilon", options.epsilon, options.where);
  detail::check_option(name(), "weight_decay", options.weight_decay, options.where);
}

const char* Adam::name() const { return decay_ == Decay::off_weight ? "AdamW" : "Adam"; }

void Adam::set_rate(double rate, const char* file, unsigned line) {
  detail::check_option(name(), "rate", rate, {file, line});
  options_.rate = rate;
}

bool Adam::step(const Gradients& gradients, const char* file, unsigned line) {
  detail::check_known(name(), state_, parameters_, gradients, {file, line});
  detail::Step step{name(), options_.on_not_finite, {file, line}};
  for (const auto& [path, entry] : gradients) update(step, entry);
  const bool taken = step.take();
  if (!taken) ++skipped_;
  return taken;
}

// A second moment that is not finite would stop its weight for good, so it is checked as well.
void Adam::update(detail::Step& step, const Gradients::Entry& entry) {
  const double rate = options_.rate, beta1 = options_.beta1, beta2 = options_.beta2;
  const double decay = options_.weight_decay;
  const Parameter& w = entry.parameter;
  const std::size_t k = detail::position_of(w, parameters_);
  Tensor g = entry.gradient;
  if (decay > 0 && decay_ == Decay::into_gradient) g = g + decay * w;
  const Tensor m = beta1 * m_[k] + (1 - beta1) * g;
  const Tensor v = beta2 * v_[k] + (1 - beta2) * square(g);
  const std::int64_t count = counts_[k].value().item_as_integer() + 1;
  const double correction1 = 1 - std::pow(beta1, count);
  const double correction2 = 1 - std::pow(beta2, count);
  // Numbers are divided here, once, and not in every element.
  const Tensor deviation = (1 / std::sqrt(correction2)) * sqrt(v) + options_.epsilon;
  Tensor change = (rate / correction1) * m / deviation;
  if (decay > 0 && decay_ == Decay::off_weight) change = change + (rate * decay) * w;
  step.assign(m_[k], m);
  step.assign_finite(entry, v_[k], v);
  step.assign(counts_[k], Tensor::copy_of({count}, {}));
  step.assign_finite(entry, w, w - change);
}

AdamW::AdamW(const Scope& parameters, const AdamWOptions& o)
    : Adam(Decay::off_weight, parameters,
           {o.rate, o.beta1, o.beta2, o.epsilon, o.weight_decay, o.on_not_finite, o.where}) {}

}  // namespace chronograd
