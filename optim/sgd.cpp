#include "chronograd/optim/sgd.h"

#include "chronograd/ops/add.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sub.h"
#include "chronograd/optim/detail/moments.h"
#include "chronograd/optim/detail/step.h"

namespace chronograd {

SGD::SGD(const Scope& parameters, const SGDOptions& options)
    : options_(options),
      parameters_(detail::trainable(parameters)),
      state_(detail::empty_state(parameters)) {
  detail::check_option("SGD", "rate", options.rate, options.where);
  detail::check_option("SGD", "momentum", options.momentum, options.where, 1);
  detail::check_option("SGD", "weight_decay", options.weight_decay, options.where);
  if (options.momentum > 0) velocities_ = detail::add_moments(state_, "velocity", parameters_);
}

void SGD::set_rate(double rate, const char* file, unsigned line) {
  detail::check_option("SGD", "rate", rate, {file, line});
  options_.rate = rate;
}

// What makes a velocity infinite or NaN makes the weight so.
bool SGD::step(const Gradients& gradients, const char* file, unsigned line) {
  detail::check_known("SGD", state_, parameters_, gradients, {file, line});
  detail::Step step{"SGD", options_.on_not_finite, {file, line}};
  for (const auto& [path, entry] : gradients) {
    const Parameter& w = entry.parameter;
    Tensor g = entry.gradient;
    if (options_.weight_decay > 0) g = g + options_.weight_decay * w;
    if (options_.momentum > 0) {
      const Parameter& velocity = velocities_[detail::position_of(w, parameters_)];
      const Tensor v = options_.momentum * velocity + g;
      step.assign(velocity, v);
      g = options_.nesterov ? g + options_.momentum * v : v;
    }
    step.assign_finite(entry, w, w - options_.rate * g);
  }
  const bool taken = step.take();
  if (!taken) ++skipped_;
  return taken;
}

}  // namespace chronograd
