#pragma once

#include <cstdint>

#include "chronograd/graph/array.h"

namespace chronograd::detail {

/// Reductions over the axes of `in` whose bits are set. `out` is dense, of the same dtype, and has
/// as many elements as the other axes. Any dtype but bool. What is repeated in `in` (strides of 0)
/// is looked at once.

/// The sum, divided by `divisor` when the dtype is floating. The sum of nothing is 0.
void sum(const Array& in, std::uint32_t axes, const Array& out, double divisor = 1);

/// The sum of the squares divided by `divisor`, and the root of that. f32 and f64; the squares are
/// taken in f64, so that none of f32 overflows or vanishes on the way.
void mean_square(const Array& in, std::uint32_t axes, const Array& out, double divisor);
void root_mean_square(const Array& in, std::uint32_t axes, const Array& out, double divisor);

/// NaN if one element is. Not of nothing, unless `out` is empty.
void maximum(const Array& in, std::uint32_t axes, const Array& out);
void minimum(const Array& in, std::uint32_t axes, const Array& out);

/// Of bool: whether one is true, and whether none is false.
void any_true(const Array& in, std::uint32_t axes, const Array& out);
void all_true(const Array& in, std::uint32_t axes, const Array& out);

/// The product; that of nothing is 1. Integers wrap around.
void product_of(const Array& in, std::uint32_t axes, const Array& out);

}  // namespace chronograd::detail
