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

/// The loop of two instructions in one, the second of which reads the result of the first: as its
/// first operand if `made_first`, else as its second. The operands of the loop are those of the
/// first instruction and then the other operand of the second one. The numbers are the same as
/// those of one instruction after the other. Null when there is no such loop.
Loop pair_loop(Scalar first, Scalar second, bool made_first, DType dtype);

}  // namespace chronograd::detail
