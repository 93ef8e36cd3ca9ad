#pragma once

#include <cstdint>

#include "chronograd/graph/operand.h"

namespace chronograd {

/// Rows of zeros with a one at each index: y[i.., indices[i..]] = 1. indices: i32 or i64 of any
/// shape; y: that shape and then `size`, of any dtype. Throws IndexError like `gather`. No
/// gradient.
Tensor one_hot(Operand indices, std::int64_t size, DType dtype = DType::f32);

}  // namespace chronograd
