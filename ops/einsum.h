#pragma once

#include <initializer_list>
#include <span>
#include <string_view>

#include "chronograd/graph/operand.h"

namespace chronograd {

/// Einstein's summation, as NumPy's and PyTorch's: each operand's axes have labels, equal labels go
/// along together, and what the result lacks is summed over.
///
///     einsum("btq,bsq->bts", {queries, keys})   // scores of attention
///     einsum("ii", {x})                         // the sum of a diagonal
///
/// Labels are letters; spaces do not count. Without "->" the result has the labels that occur once,
/// in alphabetical order. A label twice in one operand takes the diagonal. "..." stands for axes
/// that broadcast, first in an implied result; a size of 1 goes along with any. One operand or
/// more, all of one dtype, any but bool, joined from left to right: by matmul where both are
/// floating and a label is summed over, else as elementwise products. Gradient: that of these ops.
///
/// Throws ValueError for what is no equation for so many operands, ShapeError where the shapes do
/// not fit it.
Tensor einsum(std::string_view equation, std::span<const Tensor> operands,
              const char* file = __builtin_FILE(), unsigned line = __builtin_LINE());
Tensor einsum(std::string_view equation, std::initializer_list<Operand> operands,
              const char* file = __builtin_FILE(), unsigned line = __builtin_LINE());

}  // namespace chronograd
