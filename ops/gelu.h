#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The Gaussian error linear unit (Hendrycks and Gimpel 2016), elementwise: x P(x), where P is the
/// normal distribution's, (1 + erf(x / sqrt 2)) / 2. Any shape, f32 or f64.
/// Gradient: dy (P(x) + x P'(x)). Both are 0 at -inf.
Tensor gelu(Operand x);

/// Its approximation with tanh: x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2.
Tensor gelu_tanh(Operand x);

}  // namespace chronograd
