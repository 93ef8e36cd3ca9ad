#pragma once

#include <vector>

#include "chronograd/graph/gradients.h"

namespace chronograd {

struct SGDOptions {
  double rate = 0.01;
  double momentum = 0;
  bool nesterov = false;
  double weight_decay = 0;  ///< added to the gradient, times the weight
};

/// Stochastic gradient descent with momentum (Polyak 1964), in Nesterov's form on request
/// (Sutskever et al. 2013):
///
///     v' = momentum v + g
///     w' = w - rate v', or w - rate (g + momentum v') with Nesterov
class SGD {
 public:
  /// For the trainable parameters at or below a scope. Throws ValueError for an option out of
  /// range: a momentum is at least 0 and below 1, the others are at least 0 and finite.
  SGD(const Scope& parameters, const SGDOptions& options);

  /// Records the update and lets the tape commit. Parameters without a gradient stay as they are.
  /// Throws ParameterError, changing nothing, for a gradient of a parameter it was not made for.
  void step(const Gradients& gradients);

  /// Throws ValueError unless 0 <= rate < infinity.
  void set_rate(double rate);
  double rate() const { return options_.rate; }
  /// What is to be saved to go on later: "velocity/<path>".
  const Parameters& state() const { return state_; }

 private:
  SGDOptions options_;
  std::vector<Parameter> parameters_;
  Parameters state_;
};

}  // namespace chronograd
