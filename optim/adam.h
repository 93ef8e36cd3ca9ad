#pragma once

#include <vector>

#include "chronograd/graph/gradients.h"

namespace chronograd {

struct AdamOptions {
  double rate = 1e-3;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double weight_decay = 0;  ///< added to the gradient, times the weight
};

/// Adam (Kingma and Ba 2015):
///
///     m' = beta1 m + (1 - beta1) g
///     v' = beta2 v + (1 - beta2) g^2
///     w' = w - rate (m' / (1 - beta1^t)) / (sqrt(v' / (1 - beta2^t)) + epsilon)
class Adam {
 public:
  /// For the trainable parameters at or below a scope. Throws ValueError for an option out of
  /// range: the betas are at least 0 and below 1, the others are at least 0 and finite.
  Adam(const Scope& parameters, const AdamOptions& options = {});

  /// Records the update and lets the tape commit. Parameters without a gradient, and their moments,
  /// stay as they are. Throws ParameterError, changing nothing, for a gradient of a parameter it
  /// was not made for.
  void step(const Gradients& gradients);

  /// Throws ValueError unless 0 <= rate < infinity.
  void set_rate(double rate);
  double rate() const { return options_.rate; }
  /// What is to be saved to go on later: "m/<path>", "v/<path>" and the "count" of steps.
  const Parameters& state() const { return state_; }

 protected:
  enum class Decay { into_gradient, off_weight };
  Adam(Decay decay, const Scope& parameters, const AdamOptions& options);

 private:
  const char* name() const;
  void update(const Parameter& w, Tensor g, double count);

  Decay decay_;
  AdamOptions options_;
  std::vector<Parameter> parameters_;
  Parameters state_;
  Parameter count_;
};

struct AdamWOptions {
  double rate = 1e-3;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double weight_decay = 0.01;  ///< taken off the weight, times the weight and the rate
};

/// Adam with decoupled weight decay (Loshchilov and Hutter 2019): the decay is taken off the weight
/// itself, not mixed into the moments.
class AdamW : public Adam {
 public:
  AdamW(const Scope& parameters, const AdamWOptions& options = {});
};

}  // namespace chronograd
