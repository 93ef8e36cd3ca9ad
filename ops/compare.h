#pragma once

#include <utility>

#include "chronograd/graph/operand.h"

namespace chronograd {

/// Comparisons, elementwise with NumPy broadcasting: bool tensors. Operands of one dtype; a number
/// takes the other's; for bool, false < true. NaN is unequal to all, itself included, and neither
/// less nor greater. No gradient flows through.
///
/// There is no operator== (nor !=), since == between values is expected to yield one bool: for all
/// elements at once see `same_values`.
Tensor equal(Operand a, Operand b);
Tensor not_equal(Operand a, Operand b);
Tensor less(Operand a, Operand b);
Tensor less_equal(Operand a, Operand b);
Tensor greater(Operand a, Operand b);
Tensor greater_equal(Operand a, Operand b);

inline Tensor operator<(Operand a, Operand b) { return less(std::move(a), std::move(b)); }
inline Tensor operator<=(Operand a, Operand b) { return less_equal(std::move(a), std::move(b)); }
inline Tensor operator>(Operand a, Operand b) { return greater(std::move(a), std::move(b)); }
inline Tensor operator>=(Operand a, Operand b) { return greater_equal(std::move(a), std::move(b)); }

}  // namespace chronograd
