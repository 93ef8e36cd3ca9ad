#pragma once

#include <cstdint>

#include "chronograd/graph/array.h"

namespace chronograd::detail {

/// Reduces the axes of `in` whose bits are set; `out` is dense, of the same dtype, and has as many
/// elements as the other axes.
void sum(const Array& in, std::uint32_t axes, const Array& out);

}  // namespace chronograd::detail
