#pragma once

#include <cstdint>

#include "chronograd/graph/dtype.h"
#include "chronograd/graph/scalar.h"

namespace chronograd::detail {

/// A loop over dense rows, [rows, columns], and over one number for each row. `out` may begin where
/// an operand does. A loop of one operand does not read `b`.
using RowLoop = void (*)(const void* a, const void* b, void* out, std::int64_t rows,
                         std::int64_t columns);

/// The loop of an instruction that reduces rows, which have some columns; null when there is none
/// (anything but f32 and f64). Sums are the same, bit for bit, as those of the ops.
RowLoop reducing_loop(Scalar op, DType dtype);

/// The loop of an instruction of which one operand, the first or the second, is one number for
/// each row; null when there is none.
RowLoop beside_loop(Scalar op, bool number_first, DType dtype);

/// Repeats each number along its row. f32 and f64.
RowLoop repeating_loop(DType dtype);

}  // namespace chronograd::detail
