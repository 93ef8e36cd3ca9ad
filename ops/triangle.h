#pragma once

#include <cstdint>

#include "chronograd/graph/operand.h"

namespace chronograd {

/// Which elements of a matrix lie on a diagonal or below: bool [rows, columns], true where column
/// <= row + diagonal. `triangular_mask(time, time)` is what each step of a sequence may see in
/// causal attention. No gradient flows through.
Tensor triangular_mask(std::int64_t rows, std::int64_t columns, std::int64_t diagonal = 0);

/// The lower triangle of matrices, the last two axes of x: 0 above the diagonal that begins
/// `diagonal` columns to the right. Any dtype. Gradient: the lower triangle of dy.
Tensor tril(Operand x, std::int64_t diagonal = 0);

/// The upper triangle: 0 below that diagonal. Gradient: the upper triangle of dy.
Tensor triu(Operand x, std::int64_t diagonal = 0);

}  // namespace chronograd
