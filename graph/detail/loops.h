#pragma once

#include <cstddef>

#include "chronograd/graph/dtype.h"
#include "chronograd/graph/scalar.h"

namespace chronograd::detail {

/// out[i] = op(a[i], b[i], c[i]) over n dense elements of one dtype; unused operands may be null.
/// `out` may be the same array as an operand. No alignment is needed.
using Loop = void (*)(const void* a, const void* b, const void* c, void* out, std::size_t n);

/// The vectorised loop of an instruction, for the best instruction set of this machine; null when
/// there is none (exp of integers, anything of booleans, what reduces rows).
Loop loop(Scalar op, DType dtype);

}  // namespace chronograd::detail
