#pragma once

#include <cstdint>

#include "chronograd/graph/operand.h"

namespace chronograd::detail {

/// Ops that turn indices into positions in row-major order, i64, and check them on the way:
/// IndexError when recorded if the indices are known by then, else when computed.

/// For tuples of indices, [.., n], into the n axes of `shape` behind the first `batch_dims`, whose
/// indices are the tuples' own: [..]. Throws ShapeError where these do not fit.
Tensor positions_of_tuples(Operand indices, Shape shape, int batch_dims);

/// For indices into one axis of `shape` and otherwise their own place. Throws ShapeError unless the
/// other sizes are equal.
Tensor positions_along(Operand indices, Shape shape, int axis);

}  // namespace chronograd::detail
