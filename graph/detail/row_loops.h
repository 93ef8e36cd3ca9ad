#pragma once

#include <cstdint>

#include "chronograd/graph/dtype.h"
#include "chronograd/graph/scalar.h"

namespace chronograd::detail {

/// From rows of numbers to one number each, or back: dense arrays of [rows, columns] and [rows],
/// which may begin at the same address.
using RowLoop = void (*)(const void* in, void* out, std::int64_t rows, std::int64_t columns);

/// The loop of an instruction that reduces rows, which have some columns; null when there is none
/// (anything but f32 and f64). Sums are the same, bit for bit, as those of the ops.
RowLoop row_loop(Scalar op, DType dtype);

/// Repeats each number along its row. f32 and f64.
RowLoop repeating_loop(DType dtype);

}  // namespace chronograd::detail
