#pragma once

#include <cstdint>

#include "chronograd/graph/operand.h"

namespace chronograd {

/// x with `before` elements of `value` put before an axis and `after` behind it; negative axes
/// count from the end. Any dtype that holds the value. Gradient: the part of dy where x is.
Tensor pad(Operand x, int axis, std::int64_t before, std::int64_t after, double value = 0);

/// Where padding comes from that is not a number: of {1, 2, 3}, two before.
enum class PadMode {
  reflect,  ///< {3, 2, 1, 2, 3}: mirrored at the first and last element, which come once
  edge,     ///< {1, 1, 1, 2, 3}: the first and last element again (PyTorch's replicate)
  wrap      ///< {2, 3, 1, 2, 3}: from the other end (PyTorch's circular)
};

/// The same with what comes from x itself. Throws ShapeError where x has too few elements: reflect
/// needs one more than is padded on a side, wrap as many, edge one. Gradient: dy, and what the
/// padding adds to where it came from.
Tensor pad(Operand x, int axis, std::int64_t before, std::int64_t after, PadMode mode);

}  // namespace chronograd
