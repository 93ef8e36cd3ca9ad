#pragma once

#include <cstdint>

#include "chronograd/graph/op.h"

namespace chronograd::detail {

/// Points output k at the memory of input 0, `offset` elements on.
void see_input(const Run& run, int k, std::int64_t offset, Strides strides);

/// The part [start, start + size) along an axis.
Array part_of(const Array& array, int axis, std::int64_t start, std::int64_t size);

/// `count` entries along an axis, `step` apart from `start` on.
Array strided_part_of(const Array& array, int axis, std::int64_t start, std::int64_t count,
                      std::int64_t step);

/// The array seen from its end along an axis, which has some elements.
Array reversed(const Array& array, int axis);

/// What is at one position of an axis, without that axis.
Array entry_of(const Array& array, int axis, std::int64_t index);

}  // namespace chronograd::detail
