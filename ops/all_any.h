#pragma once

#include <initializer_list>
#include <span>

#include "chronograd/graph/operand.h"

namespace chronograd {

/// Whether all elements along some axes are true; of nothing they are. A bool tensor gives one of
/// bool. Axes and `keep` as in `sum`. No gradient flows through.
Tensor all(Operand x, std::span<const int> axes, bool keep = false);
Tensor all(Operand x, std::initializer_list<int> axes, bool keep = false);
Tensor all(Operand x, int axis, bool keep = false);
/// Of all elements, a scalar.
Tensor all(Operand x);

/// Whether any element is; of nothing none is.
Tensor any(Operand x, std::span<const int> axes, bool keep = false);
Tensor any(Operand x, std::initializer_list<int> axes, bool keep = false);
Tensor any(Operand x, int axis, bool keep = false);
Tensor any(Operand x);

}  // namespace chronograd
