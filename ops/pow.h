#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// a^b, elementwise with NumPy broadcasting, as std::pow: NaN for a negative base with an exponent
/// that is no integer. Operands both f32 or both f64; a number takes the other's dtype. `square`
/// and `sqrt` are faster for what they do.
/// Gradient: dy b a^(b-1), which is 0 for b = 0, and dy y log(a), which is 0 for y = 0 and for a =
/// 0 with b >= 0; summed over stretched axes. So are further derivatives: at a = 0 those of a^3 are
/// 0, 0, 6 and 0.
Tensor pow(Operand a, Operand b);

}  // namespace chronograd
