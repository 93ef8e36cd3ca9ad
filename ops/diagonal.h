#pragma once

#include <cstdint>

#include "chronograd/graph/operand.h"

namespace chronograd {

/// A diagonal of two axes, by default the last two, which go; it becomes the last axis. With an
/// offset k it is the one that begins k columns to the right, or -k rows further down. Any dtype.
/// Gradient: dy on the diagonal, zeros elsewhere.
Tensor diagonal(Operand x, std::int64_t offset = 0, int rows = -2, int columns = -1);

/// Square matrices with x, [.., n], on a diagonal and zeros elsewhere: [.., n + |k|, n + |k|] for
/// an offset k, as in `diagonal`, which undoes it. Any dtype. Gradient: the diagonal of dy.
Tensor diag(Operand x, std::int64_t offset = 0);

/// The identity matrix, [size, size].
Tensor eye(std::int64_t size, DType dtype = DType::f32);

}  // namespace chronograd
