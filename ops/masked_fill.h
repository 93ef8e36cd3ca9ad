#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// x with `value`, a number or what broadcasts, where `mask` is true, as PyTorch's: `where` the
/// other way around, for a mask that broadcasts to the shape of x. Any dtype. Gradient: dy, exactly
/// 0 where the mask is true; for a tensor `value` dy there.
Tensor masked_fill(Operand x, Operand mask, Operand value);

}  // namespace chronograd
