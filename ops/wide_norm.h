#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The Euclidean norm of all elements together, in f64 whatever their dtype, so that it holds the
/// norm of any finite numbers of f32: a tensor without axes. Any shape, f32 or f64; that of nothing
/// is 0. No square overflows or underflows on the way, in f64 neither.
/// Gradient: dy x / norm, and 0 where the norm is 0.
Tensor wide_norm(Operand x);

}  // namespace chronograd
