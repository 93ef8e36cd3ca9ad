#pragma once

#include "chronograd/graph/kernels/loops.h"

namespace chronograd::detail {

/// The loop of an instruction for i32 or i64; null when integers have none. Results wrap around.
Loop integer_loop(Scalar op, DType dtype);

}  // namespace chronograd::detail
