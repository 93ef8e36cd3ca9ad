#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The logarithm to base 2, elementwise: -inf at 0, NaN below. Any shape, f32 or f64; within a few
/// units of the last place. Gradient: dy / (x log 2).
Tensor log2(Operand x);

/// The logarithm to base 10. Gradient: dy / (x log 10).
Tensor log10(Operand x);

/// 2^x, elementwise. Any shape, f32 or f64; within as many units of the last place as |x|, since it
/// is e^(x log 2). Gradient: dy y log 2.
Tensor exp2(Operand x);

}  // namespace chronograd
