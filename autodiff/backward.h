#pragma once

#include <span>

#include "chronograd/graph/gradients.h"

namespace chronograd {

/// The gradients of a scalar loss with respect to all trainable parameters at or below a scope, in
/// path order; `backward(loss, parameters)` takes all of a model's. Records on the innermost tape,
/// where the loss must have been recorded, and computes nothing: the numbers come with whatever is
/// asked for next, usually an optimizer's step. Parameters the loss does not depend on are absent;
/// for a loss that was recorded but depends on none of them (on other parameters, on constants, or
/// through `detach` and `stop_gradient` only) the result is empty, and an optimizer's step with it
/// changes no weight.
///
/// Throws ShapeError for a loss that has not one element, DTypeError for one of integers, and
/// TapeError for one that the innermost tape did not record (computed without a tape or on another
/// one, or the result of `detach`), or when that tape is forward_only.
Gradients backward(const Tensor& loss, const Scope& parameters, const char* file = __builtin_FILE(),
                   unsigned line = __builtin_LINE());
Gradients backward(const Tensor& loss, std::span<const Parameter> parameters,
                   const char* file = __builtin_FILE(), unsigned line = __builtin_LINE());

}  // namespace chronograd
