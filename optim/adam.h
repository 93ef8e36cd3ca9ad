#pragma once

#include <cstdint>
#include <vector>

#include "chronograd/graph/gradients.h"
#include "chronograd/graph/source_line.h"
#include "chronograd/optim/not_finite.h"

namespace chronograd {

namespace detail {
class Step;
}

struct AdamOptions {
  double rate = 1e-3;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double weight_decay = 0;  ///< added to the gradient, times the weight
  NotFinite on_not_finite = NotFinite::refuse;
  Here where = {};  ///< where the options are written, for messages; leave it
};

/// Adam (Kingma and Ba 2015):
///
///     m' = beta1 m + (1 - beta1) g
///     v' = beta2 v + (1 - beta2) g^2
///     w' = w - rate (m' / (1 - beta1^t)) / (sqrt(v' / (1 - beta2^t)) + epsilon)
///
/// where t counts the steps in which the weight had a gradient.
class Adam {
 public:
  /// For the trainable parameters at or below a scope. Throws ValueError for an option out of
  /// range: the betas are at least 0 and below 1, the others are at least 0 and finite.
  Adam(const Scope& parameters, const AdamOptions& options = {});
  // A template is chosen last.
  // clang-format off
  template <int = 0>
  Adam(const Scope&, ...) = delete;  // options: .rate, .beta1, .beta2, .epsilon, .weight_decay, .on_not_finite
  // clang-format on

  /// Records the update and lets the tape commit; says whether the step was taken. Parameters
  /// without a gradient, their moments and counts stay as they are. When a weight or a moment would
  /// become NaN or infinite it does as `on_not_finite` says: it throws NotFiniteError naming the
  /// parameter, or leaves the step out, or takes it. Throws ParameterError for a gradient of a
  /// parameter it was not made for. Whatever it throws, nothing has changed, and nothing of what
  /// was assigned on the tape since the last commit takes effect.
  bool step(const Gradients& gradients, const char* file = __builtin_FILE(),
            unsigned line = __builtin_LINE());
  /// How many steps were left out because of numbers that were not finite.
  std::int64_t skipped() const { return skipped_; }

  /// Throws ValueError unless 0 <= rate < infinity.
  void set_rate(double rate, const char* file = __builtin_FILE(), unsigned line = __builtin_LINE());
  double rate() const { return options_.rate; }
  /// What is to be saved to go on later: "m/<path>", "v/<path>" and "count/<path>", the number of
  /// steps of that weight, in i64.
  const Parameters& state() const { return state_; }

 protected:
  enum class Decay { into_gradient, off_weight };
  Adam(Decay decay, const Scope& parameters, const AdamOptions& options);

 private:
  const char* name() const;
  void update(detail::Step& step, const Gradients::Entry& entry);

  Decay decay_;
  AdamOptions options_;
  std::vector<Parameter> parameters_;
  Parameters state_;
  std::vector<Parameter> m_, v_, counts_;  ///< of each parameter
  std::int64_t skipped_ = 0;
};

struct AdamWOptions {
  double rate = 1e-3;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double weight_decay = 0.01;  ///< taken off the weight, times the weight and the rate
  NotFinite on_not_finite = NotFinite::refuse;
  Here where = {};  ///< where the options are written, for messages; leave it
};

/// Adam with decoupled weight decay (Loshchilov and Hutter 2019): the decay is taken off the weight
/// itself, not mixed into the moments.
class AdamW : public Adam {
 public:
  AdamW(const Scope& parameters, const AdamWOptions& options = {});
  // clang-format off
  template <int = 0>
  AdamW(const Scope&, ...) = delete;  // options: .rate, .beta1, .beta2, .epsilon, .weight_decay, .on_not_finite
  // clang-format on
};

}  // namespace chronograd
