#pragma once

#include <cstdint>

#include "chronograd/graph/array.h"

namespace chronograd::detail {

/// Reductions over the axes of `in` whose bits are set. `out` is dense, of the same dtype, and has
/// as many elements as the other axes. Any dtype but bool.

/// The sum, divided by `divisor` when the dtype is floating. The sum of nothing is 0.
void sum(const Array& in, std::uint32_t axes, const Array& out, double divisor = 1);

/// NaN if one element is. Not of nothing, unless `out` is empty.
void maximum(const Array& in, std::uint32_t axes, const Array& out);
void minimum(const Array& in, std::uint32_t axes, const Array& out);

/// The product; that of nothing is 1. Integers wrap around.
void product_of(const Array& in, std::uint32_t axes, const Array& out);

}  // namespace chronograd::detail
