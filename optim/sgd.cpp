#include "chronograd/optim/sgd.h"

#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sub.h"
#include "chronograd/optim/detail/moments.h"

namespace chronograd {

SGD::SGD(const Scope& parameters, const SGDOptions& options)
    : options_(options),
      parameters_(detail::trainable(parameters)),
      state_(detail::empty_state(parameters)) {
  set_rate(options.rate);
  detail::check_option("SGD", "momentum", options.momentum, 1);
  detail::check_option("SGD", "weight_decay", options.weight_decay);
  if (options.nesterov && options.momentum == 0) {
    throw ValueError("SGD: nesterov without momentum; give a momentum above 0");
  }
  if (options.momentum > 0) detail::add_moments(state_, "velocity", parameters_);
}

void SGD::set_rate(double rate) {
  detail::check_option("SGD", "rate", rate);
  options_.rate = rate;
}

void SGD::step(const Gradients& gradients) {
  detail::check_known("SGD", parameters_, gradients);
  for (const auto& [path, entry] : gradients) {
    const Parameter& w = entry.parameter;
    Tensor g = entry.gradient;
    if (options_.weight_decay > 0) g = g + options_.weight_decay * w;
    if (options_.momentum > 0) {
      const Parameter velocity = detail::moment(state_, "velocity", w);
      const Tensor v = options_.momentum * velocity + g;
      assign(velocity, v);
      g = options_.nesterov ? g + options_.momentum * v : v;
    }
    assign(w, w - options_.rate * g);
  }
  commit();
}

}  // namespace chronograd
