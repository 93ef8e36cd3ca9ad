#pragma once

#include <span>

#include "chronograd/graph/array.h"
#include "chronograd/graph/scalar.h"

namespace chronograd::detail {

/// What a pass stores: register `from` goes to `to`.
struct Store {
  int from;
  Array to;
};

/// Runs an elementwise program in one pass over all elements of `shape`, tile by tile. Inputs are
/// registers 0.. in order; each is broadcast to `shape` (its shape aligned at the last axis, sizes
/// of 1 repeat) and may have any strides and any dtype: it is converted to `compute`, the dtype of
/// the registers, as it is read. Stores have exactly `shape`, any strides, and convert as they are
/// written (boolean: != 0). A store may share memory with an input of the same shape, strides and
/// element size.
void interpret(std::span<const Instruction> code, DType compute, Shape shape,
               std::span<const Array> inputs, std::span<const Store> stores);

}  // namespace chronograd::detail
