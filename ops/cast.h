#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The numbers of x in another dtype; x itself when it has that dtype. Numbers become bool by
/// comparison with 0. Floating numbers become integers by truncation towards zero, with NaN as 0
/// and what is out of range as the nearest integer there is.
/// Gradient: dy in x's dtype, between floating dtypes only; through others none flows.
Tensor cast(Operand x, DType dtype);

}  // namespace chronograd
