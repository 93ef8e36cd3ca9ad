#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The matrix product over the last two axes: [.., m, k] x [.., k, n] gives [.., m, n]. The leading
/// axes broadcast under NumPy's rules, so that [time, batch, k] x [k, n] is one product of all
/// rows. Both operands f32 or both f64, each with at least 2 axes; transposed and sliced operands
/// are read where they lie. A product with k = 0 is 0.
/// Gradient: dy bᵀ and aᵀ dy, summed over stretched axes.
Tensor matmul(Operand a, Operand b);

}  // namespace chronograd
