#pragma once

#include <functional>
#include <span>
#include <string>

#include "chronograd/graph/parameter.h"
#include "chronograd/graph/tensor.h"

namespace chronograd {

/// What `check_gradient` found; converts to true when all gradients agree.
struct GradientCheck {
  bool passed = true;
  double worst = 0;     ///< the largest error, in units of what is allowed
  std::string message;  ///< the worst offender: "input 1 at [2, 0]: gradient 0.5, differences 0.7"

  explicit operator bool() const { return passed; }
};

struct GradientCheckOptions {
  double step = 1e-5;  ///< of the central differences
  double relative = 1e-6;
  double absolute = 1e-8;
  int order = 1;  ///< 2 checks the gradient of the gradient
};

/// Compares the gradients of `f` with central differences, number by number. Inputs of f64 are
/// checked, others are passed through. The result of `f`, of any shape, is weighted by fixed random
/// numbers, so that no error cancels in a sum. An error is allowed to be
/// absolute + relative * |gradient|. Choose inputs where `f` is smooth.
GradientCheck check_gradient(const std::function<Tensor(std::span<const Tensor>)>& f,
                             std::span<const Tensor> inputs,
                             const GradientCheckOptions& options = {});

/// The same, and of all trainable parameters at or below a scope, which must be f64; their numbers
/// are moved and put back. The message names a parameter by its path: "cell/bias at [2]: ...".
GradientCheck check_gradient(const std::function<Tensor(std::span<const Tensor>)>& f,
                             const Scope& parameters, std::span<const Tensor> inputs,
                             const GradientCheckOptions& options = {});

}  // namespace chronograd
