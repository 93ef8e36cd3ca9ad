#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// x seen in a shape it broadcasts to: axes of size 1 and missing leading axes repeat. Any dtype;
/// costs no memory. Gradient: dy summed over the repeated axes.
Tensor expand(Operand x, Shape shape);

}  // namespace chronograd
