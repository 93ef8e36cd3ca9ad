#include "chronograd/optim/sgd.h"

#include <limits>

#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sub.h"
#include "chronograd/optim/detail/moments.h"

namespace chronograd {

SGD::SGD(const Scope& parameters, const SGDOptions& options)
    : options_(options), state_(detail::empty_state(parameters)) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  detail::check_option("SGD", "rate", options.rate, 0, infinity);
  detail::check_option("SGD", "momentum", options.momentum, 0, 1);
  detail::check_option("SGD", "weight_decay", options.weight_decay, 0, infinity);
  if (options.nesterov && options.momentum == 0) {
    throw ValueError("SGD: nesterov without momentum; give a momentum above 0");
  }
  if (options.momentum > 0) detail::add_moments(state_, "velocity", parameters);
}

void SGD::step(const Gradients& gradients) {
  if (options_.momentum > 0) detail::check_known(state_, "velocity", gradients);
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
