#pragma once

#include <span>

#include "chronograd/graph/gradients.h"

namespace chronograd {

/// The gradients of a scalar loss with respect to all trainable parameters at or below a scope, in
/// path order; `backward(loss, parameters)` takes all of a model's. Records on the innermost tape,
/// where the loss must have been recorded, and computes nothing: the numbers come with whatever is
/// asked for next, usually an optimizer's step. Parameters the loss does not depend on are absent.
///
/// Throws ShapeError for a loss with more than one element, TapeError for one without history.
Gradients backward(const Tensor& loss, const Scope& parameters);
Gradients backward(const Tensor& loss, std::span<const Parameter> parameters);

}  // namespace chronograd
