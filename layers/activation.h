#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// A function of one tensor, elementwise: `tanh`, `sigmoid`, `relu`, `identity` or your own
/// `[](Operand x) { return hard_sigmoid(x, 0.2, 0.5); }`. A lambda must not capture: what it needs
/// are parameters of the cell.
using Activation = Tensor (*)(Operand);

/// x itself, where a layer is to have no activation (Keras' "linear").
Tensor identity(Operand x);

}  // namespace chronograd
