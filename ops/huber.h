#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The mean of d^2 / 2 where |d| <= delta and of delta (|d| - delta / 2) elsewhere, for differences
/// d (Huber 1964): a squared error that outliers do not rule. A scalar; shapes as in `mae`. Throws
/// ValueError unless delta is above 0 and finite.
Tensor huber(Operand prediction, Operand target, double delta = 1);

}  // namespace chronograd
