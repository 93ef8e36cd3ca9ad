#pragma once

#include <cstdint>
#include <vector>

#include "chronograd/graph/gradients.h"
#include "chronograd/graph/source_line.h"
#include "chronograd/optim/not_finite.h"

namespace chronograd {

struct SGDOptions {
  double rate = 0.01;
  double momentum = 0;
  bool nesterov = false;
  double weight_decay = 0;  ///< added to the gradient, times the weight
  NotFinite on_not_finite = NotFinite::refuse;
  Here where = {};  ///< where the options are written, for messages; leave it
};

/// Stochastic gradient descent with momentum (Polyak 1964), in Nesterov's form on request
/// (Sutskever et al. 2013):
///
///     v' = momentum v + g
///     w' = w - rate v', or w - rate (g + momentum v') with Nesterov
///
/// Without momentum both are w' = w - rate g.
class SGD {
 public:
  /// For the trainable parameters at or below a scope. Throws ValueError for an option out of
  /// range: a momentum is at least 0 and below 1, the others are at least 0 and finite.
  SGD(const Scope& parameters, const SGDOptions& options);
  // clang-format off
  SGD(const Scope&, ...) = delete;  // options: .rate, .momentum, .nesterov, .weight_decay, .on_not_finite
  // clang-format on

  /// Records the update and lets the tape commit; says whether the step was taken. Parameters
  /// without a gradient stay as they are. When a weight or a velocity would become NaN or infinite
  /// it does as `on_not_finite` says: it throws NotFiniteError naming the parameter, or leaves the
  /// step out, or takes it. Throws ParameterError for a gradient of a parameter it was not made
  /// for. Whatever it throws, nothing has changed, and nothing of what was assigned on the tape
  /// since the last commit takes effect.
  bool step(const Gradients& gradients, const char* file = __builtin_FILE(),
            unsigned line = __builtin_LINE());
  /// How many steps were left out because of numbers that were not finite.
  std::int64_t skipped() const { return skipped_; }

  /// Throws ValueError unless 0 <= rate < infinity.
  void set_rate(double rate, const char* file = __builtin_FILE(), unsigned line = __builtin_LINE());
  double rate() const { return options_.rate; }
  /// What is to be saved to go on later: "velocity/<path>".
  const Parameters& state() const { return state_; }

 private:
  SGDOptions options_;
  std::vector<Parameter> parameters_;
  Parameters state_;
  std::vector<Parameter> velocities_;  ///< of each parameter; none without momentum
  std::int64_t skipped_ = 0;
};

}  // namespace chronograd
