#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// x with an axis in another place and the order of all others kept, as NumPy's moveaxis and
/// PyTorch's movedim: `move_axis(x, 1, -1)` puts channels last. Negative axes count from the end.
/// Any dtype; costs nothing. Gradient: dy with the axis moved back. To swap two axes see
/// `transpose`.
Tensor move_axis(Operand x, int from, int to);

}  // namespace chronograd
